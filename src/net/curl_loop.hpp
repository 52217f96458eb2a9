// libcurl's multi interface on an Asio loop. Its loop's thread.
#pragma once

#include <curl/curl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "model/time.hpp"
#include "net/borrowed_socket.hpp"

namespace oculus::net {

class CurlLoop {
 public:
  using Done = std::function<void(CURLcode)>;

  explicit CurlLoop(boost::asio::io_context& loop);
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  /// A handle without options, from those that were given back where there is one.
  CURL* borrow();
  void give_back(CURL* handle);

  /// Begins the transfer at once; `done` follows when it has ended by itself, possibly before this returns.
  void start(CURL* handle, Done done);
  /// Ends a transfer without an answer; nothing happens when it has ended.
  void abort(CURL* handle);

  /// Ends everything: transfers get no answer, and handles given back later are only freed.
  void shutdown();

 private:
  static int on_socket(CURL* handle, curl_socket_t socket, int what, void* self, void* unused);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);
  void watch(curl_socket_t socket, int what);
  void drive(curl_socket_t socket, int events);
  void finish_ended();
  void wait_until_due();

  boost::asio::io_context& loop_;
  boost::asio::steady_timer timer_;
  CURLM* multi_;
  std::unordered_map<curl_socket_t, std::shared_ptr<BorrowedSocket>> sockets_;
  std::unordered_map<CURL*, Done> running_;
  std::vector<CURL*> idle_;
  Clock::time_point due_ = Clock::time_point::max();    // when curl wants to be called
  Clock::time_point armed_ = Clock::time_point::max();  // when the timer will fire
};

}  // namespace oculus::net
