// What a server and its connections share. The main loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <unordered_set>

#include "web/access.hpp"
#include "web/login.hpp"
#include "web/router.hpp"
#include "web/server_settings.hpp"

namespace oculus::web {

class Connection;

/// Held by the server and by each coroutine that it started: when the server ends, a coroutine that is still to be
/// resumed finds `cut` here and leaves without touching router or handlers.
struct ServerState : std::enable_shared_from_this<ServerState> {
  ServerState(boost::asio::io_context& loop, ServerSettings the_settings, const Router& the_router)
      : settings(std::move(the_settings)),
        router(the_router),
        acceptor(loop),
        sweep_timer(loop),
        room(loop),
        empty(loop) {}

  [[nodiscard]] Router::Match find(const Head& head) const;

  /// One timer ends every wait that is over its time; it stands still while there is no connection.
  void sweep_later();
  void sweep();

  /// Closes the connection that has been waiting longest: for its next request, else for the end of a head.
  bool make_room();

  void enter(Connection& connection);
  void leave(Connection& connection);

  ServerSettings settings;
  const Router& router;
  std::optional<Access> access;  // from `start` on
  std::optional<Login> login;
  Router own_routes;  // /login and /logout

  boost::asio::ip::tcp::acceptor acceptor;
  boost::asio::steady_timer sweep_timer;
  boost::asio::steady_timer room;   // never ends; cancelled when a connection leaves
  boost::asio::steady_timer empty;  // never ends; cancelled when the last one has left
  std::unordered_set<Connection*> connections;
  std::size_t body_bytes = 0;  // of the bodies that are being read or worked on
  bool accepting = false;      // the accepting coroutine lives
  bool sweeping = false;
  bool draining = false;
  bool cut = false;
};

}  // namespace oculus::web
