// Listens, reads requests, applies the access rules and limits, and answers from a Router. The main loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "web/router.hpp"
#include "web/server_settings.hpp"

namespace oculus::web {

/// Serves `/login` and `/logout` itself; every other path comes from the router.
class Server {
 public:
  Server(boost::asio::io_context& loop, ServerSettings settings, const Router& router);
  ~Server();  // cuts what still runs; no handler begins or goes on afterwards
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and accepts. Invalid or Unavailable: the address is not one, is in use, may not be had, or is not loopback
  /// and there is no token.
  Result<> start();

  /// `http://127.0.0.1:8080`, with the port that was really taken; for `0.0.0.0` and `::` an address a browser can
  /// open.
  [[nodiscard]] std::string url() const;

  /// Connections that are open now.
  [[nodiscard]] std::size_t connections() const noexcept;

  /// Stops accepting, lets running requests end, closes idle connections; what still runs at the deadline is cut.
  boost::asio::awaitable<void> drain(std::chrono::steady_clock::time_point deadline);

 private:
  std::shared_ptr<struct ServerState> state_;  // shared with its connections, which may end a turn of the loop later
};

}  // namespace oculus::web
