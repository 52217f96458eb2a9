// One connection: reads requests, asks the handlers, writes the answers in order. The main loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <expected>
#include <memory>
#include <string>

#include "web/head.hpp"
#include "web/server_state.hpp"

namespace oculus::web {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// `refuse`: there are too many; whatever is asked is answered with 503.
  Connection(std::shared_ptr<ServerState> server, boost::asio::ip::tcp::socket socket, bool refuse);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Starts the coroutine, which keeps this alive until it ends.
  static void start(const std::shared_ptr<Connection>& connection);

  enum class Doing { waiting, reading_head, reading_body, working, writing, leaving };
  [[nodiscard]] Doing doing() const noexcept { return doing_; }
  [[nodiscard]] Clock::time_point deadline() const noexcept { return deadline_; }

  /// Ends the wait that goes on: it is over its time.
  void expire();
  /// Ends the connection unless a request is being read or worked on.
  void close_if_idle();
  /// Ends the connection and its handler.
  void cut();

 private:
  class BodyShare;

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<std::expected<std::string, Refusal>> read_head();
  boost::asio::awaitable<std::expected<std::string, Refusal>> read_body(const Head& head, std::string_view head_text,
                                                                        BodyShare& share);
  boost::asio::awaitable<Response> work(const Router::Match& match, Request request);
  boost::asio::awaitable<void> compress(Response& answer);
  boost::asio::awaitable<bool> answer(Response response, const Head* head, bool close);
  boost::asio::awaitable<std::size_t> read_some(std::size_t most);
  boost::asio::awaitable<bool> write(std::string_view head, std::string_view body);
  boost::asio::awaitable<void> linger();
  Request make_request(const Head& head) const;
  void begin(Doing what, Clock::time_point deadline);

  std::shared_ptr<ServerState> server_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::cancellation_signal stop_;
  std::string peer_;
  std::string local_;
  std::string buffer_;  // received and not yet used
  Doing doing_ = Doing::reading_head;
  Clock::time_point deadline_ = Clock::time_point::max();
  bool refuse_;
  bool fresh_ = true;     // no request has been answered yet
  bool expired_ = false;  // the last wait ended because of its time
  bool leave_ = false;    // nothing more is read
};

}  // namespace oculus::web
