// A real server on a free port with a few routes, its loop on a thread of its own, and a client that sends exactly the
// bytes it is told to.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/loop_asio.hpp"
#include "web/server.hpp"

namespace oculus::web {

struct Answer {
  int status = 0;  // 0: the connection ended without one
  std::vector<Header> headers;
  std::string body;

  [[nodiscard]] std::string header(std::string_view name) const;
};

/// One connection, blocking; a wait that lasts 20 s fails the test.
class Client {
 public:
  explicit Client(std::uint16_t port, const char* address = "127.0.0.1");
  ~Client();
  Client(Client&& other) noexcept;
  Client& operator=(Client&&) = delete;

  void send(std::string_view bytes) const;
  /// The next answer; `to_head` when the request was a HEAD, which has no body whatever its length says.
  Answer receive(bool to_head = false);
  Answer ask(std::string_view bytes, bool to_head = false);
  /// The server has closed the connection; what came before is thrown away.
  [[nodiscard]] bool closed_by_server();
  /// Everything up to the end of the stream.
  std::string rest();
  void finish() const;  // sends nothing more; the server sees the end
  /// Closes so that the server sees a reset.
  void reset();
  void receive_slowly() const;  // a small receive buffer

 private:
  bool more();
  int socket_ = -1;
  std::string buffer_;
};

/// `/text` answers `hello`, `/big` 300 kB of text, `/tagged` has an ETag, `/throws` throws, `/echo` (POST) sends the
/// body back, `/held` answers once `release` was called, `/api/items/{name}` and `/api/chart` are counted; `/page` is a
/// page.
class TestServer {
 public:
  explicit TestServer(ServerSettings settings = {});
  ~TestServer();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] Client connect() const { return Client(port()); }
  /// One request on a connection of its own; `headers` are whole lines.
  Answer get(std::string_view path, std::string_view headers = {}) const;
  Answer request(std::string_view method, std::string_view path, std::string_view headers = {},
                 std::string_view body = {}) const;

  void release();
  /// Starts to drain; ready when it is done.
  std::future<void> drain(std::chrono::milliseconds at_most);
  [[nodiscard]] std::size_t connections();
  void stop();  // destroys the server, whatever it is doing

  std::atomic<int> handled = 0;    // requests that reached a handler
  std::atomic<int> held = 0;       // requests that wait for `release`
  std::atomic<int> cancelled = 0;  // held ones that were cut
  Router router;

 private:
  boost::asio::awaitable<Response> hold(Request request);
  template <class Work>
  auto on_loop(Work work);

  net::Loop loop_{"web-test"};
  std::unique_ptr<boost::asio::steady_timer> gate_;
  std::unique_ptr<Server> server_;
  std::string url_;
};

/// Waits for a condition that comes true by itself, at most 20 s.
bool eventually(const std::function<bool()>& condition);

}  // namespace oculus::web
