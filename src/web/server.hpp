// Listens, reads requests, applies the access rules and limits, and answers from a Router. The main loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "web/router.hpp"

namespace oculus::web {

struct RateLimit {
  double rate = 10;   // requests a second
  double burst = 20;  // requests at once
};

/// The key `server` of the configuration.
struct ServerSettings {
  std::string bind = "127.0.0.1";  // an address
  std::uint16_t port = 8080;       // 0: the kernel chooses
  std::string token;               // empty: none
  bool auth_none = false;          // `auth: none` written out
  std::vector<std::string> hosts;  // further names under which it is reached
  std::vector<std::string> cors;   // origins
  std::optional<RateLimit> rate_limit = RateLimit{};
  std::chrono::microseconds head_timeout = std::chrono::seconds(10);
  std::size_t body_limit = 8u << 20;
  std::size_t max_connections = 1000;
};

class Server {
 public:
  Server(boost::asio::io_context& loop, ServerSettings settings, const Router& router);
  ~Server();

  /// Binds and accepts. Invalid or Unavailable: the address is not one, is in use, may not be had, or is not loopback and there is no token.
  Result<> start();

  /// `http://127.0.0.1:8080`, with the port that was really taken; for `0.0.0.0` and `::` an address a browser can open.
  [[nodiscard]] std::string url() const;

  /// Stops accepting, lets running requests end, closes idle connections; what still runs at the deadline is cut.
  boost::asio::awaitable<void> drain(std::chrono::steady_clock::time_point deadline);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oculus::web
