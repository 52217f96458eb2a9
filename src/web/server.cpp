#include "web/server.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "web/connection.hpp"
#include "web/server_state.hpp"

namespace oculus::web {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr std::size_t kRefusedAtOnce = 32;  // connections that hear 503 while the others are busy

std::string written(const asio::ip::address& address, std::uint16_t port) {
  return address.is_v6() ? fmt::format("[{}]:{}", address.to_string(), port)
                         : fmt::format("{}:{}", address.to_string(), port);
}

std::unexpected<Error> cannot_listen(const std::string& where, error_code why) {
  if (why == asio::error::address_in_use)
    return failure(ErrorKind::unavailable, fmt::format("{} is in use by another program", where),
                   "stop it, or choose another port with server.port or --server-port (0: any that is free)");
  if (why == asio::error::access_denied)
    return failure(ErrorKind::unavailable, fmt::format("this user may not listen at {}", where),
                   "a port of 1024 or above, or the capability cap_net_bind_service");
  if (why == boost::system::errc::address_not_available)
    return failure(ErrorKind::unavailable, fmt::format("no interface of this machine has the address of {}", where),
                   "server.bind with one of its addresses, or 0.0.0.0 for all of them");
  return failure(ErrorKind::unavailable, fmt::format("cannot listen at {}: {}", where, why.message()));
}

void open(asio::ip::tcp::acceptor& acceptor, const asio::ip::tcp::endpoint& endpoint, error_code& failed) {
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed && endpoint.address().is_v6() && endpoint.address().is_unspecified())
    acceptor.set_option(asio::ip::v6_only(false), failed);  // `::` is every address, IPv4 ones too
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
}

// Ends with the acceptor.
asio::awaitable<void> accept(std::shared_ptr<ServerState> state) {
  while (state->acceptor.is_open()) {
    error_code failed;
    const std::size_t most = state->settings.max_connections;
    if (state->connections.size() >= most + kRefusedAtOnce) {
      state->make_room();
      state->room.expires_at(Clock::time_point::max());  // further ones wait in the kernel's queue
      co_await state->room.async_wait(asio::redirect_error(use_awaitable, failed));
      continue;
    }
    auto socket = co_await state->acceptor.async_accept(asio::redirect_error(use_awaitable, failed));
    if (failed == asio::error::operation_aborted || !state->acceptor.is_open()) break;
    if (!failed) {
      const bool full = state->connections.size() >= most && !state->make_room();
      Connection::start(std::make_shared<Connection>(state, std::move(socket), full));
    } else if (failed != asio::error::connection_aborted) {
      spdlog::warn("no connection can be accepted now: {}", failed.message());
      state->make_room();  // it may be file descriptors that are short
      state->room.expires_after(100ms);
      co_await state->room.async_wait(asio::redirect_error(use_awaitable, failed));
    }
  }
}

}  // namespace

Router::Match ServerState::find(const Head& head) const {
  Router::Match match = router.find(head.method, head.target.raw_path);
  if (match.allowed.empty()) match = own_routes.find(head.method, head.target.raw_path);
  if (match.allowed.empty() && !head.target.path.starts_with("/api/")) match.access = Router::Access::page;
  return match;
}

void ServerState::enter(Connection& connection) {
  connections.insert(&connection);
  if (!sweeping) sweep_later();
}

void ServerState::leave(Connection& connection) {
  connections.erase(&connection);
  room.cancel();
  if (connections.empty()) empty.cancel();
}

void ServerState::sweep_later() {
  sweeping = true;
  const auto shortest = std::min({settings.head_timeout, settings.idle_timeout, settings.write_timeout});
  sweep_timer.expires_after(std::clamp<Clock::duration>(shortest / 8, 1ms, 250ms));
  sweep_timer.async_wait([weak = weak_from_this()](error_code failed) {
    if (const auto state = weak.lock(); state && !failed) state->sweep();
  });
}

void ServerState::sweep() {
  const auto now = Clock::now();
  for (Connection* connection : connections)
    if (connection->deadline() <= now) connection->expire();
  sweeping = false;
  if (!connections.empty()) sweep_later();
}

bool ServerState::make_room() {
  for (const auto doing : {Connection::Doing::waiting, Connection::Doing::reading_head}) {
    Connection* longest = nullptr;
    for (Connection* connection : connections)
      if (connection->doing() == doing && (!longest || connection->deadline() < longest->deadline()))
        longest = connection;
    if (!longest) continue;
    longest->cut();
    return true;
  }
  return false;
}

Server::Server(asio::io_context& loop, ServerSettings settings, const Router& router)
    : state_(std::make_shared<ServerState>(loop, std::move(settings), router)) {}

Server::~Server() {
  error_code ignored;
  state_->draining = state_->cut = true;
  state_->acceptor.close(ignored);
  state_->room.cancel();
  state_->sweep_timer.cancel();
  for (Connection* connection : std::vector(state_->connections.begin(), state_->connections.end())) connection->cut();
}

Result<> Server::start() {
  ServerSettings& settings = state_->settings;
  std::string_view bind = settings.bind;
  if (bind.starts_with('[') && bind.ends_with(']')) bind = bind.substr(1, bind.size() - 2);
  error_code failed;
  const auto address = asio::ip::make_address(bind == "localhost" ? "127.0.0.1" : bind, failed);
  if (failed)
    return invalid(fmt::format("server.bind '{}' is not an address", settings.bind),
                   "such as 127.0.0.1, 0.0.0.0 or ::1");
  if (auto allowed = may_listen(settings, address.is_loopback()); !allowed) return allowed;
  settings.bind = address.to_string();

  open(state_->acceptor, {address, settings.port}, failed);
  if (failed) {
    error_code ignored;
    state_->acceptor.close(ignored);
    return cannot_listen(written(address, settings.port), failed);
  }
  settings.port = state_->acceptor.local_endpoint(failed).port();
  state_->access.emplace(settings, settings.port);
  state_->login.emplace(*state_->access);
  state_->login->add_to(state_->own_routes);
  state_->accepting = true;
  asio::co_spawn(state_->acceptor.get_executor(), accept(state_), [state = state_](const std::exception_ptr& broken) {
    if (broken) spdlog::error("BUG: the server no longer accepts connections");
    state->accepting = false;
    if (state->connections.empty()) state->empty.cancel();
  });
  return {};
}

std::string Server::url() const {
  error_code failed;
  auto address = asio::ip::make_address(state_->settings.bind, failed);
  if (address.is_unspecified()) {
    if (address.is_v6())
      address = asio::ip::address_v6::loopback();
    else
      address = asio::ip::address_v4::loopback();
  }
  return "http://" + written(address, state_->settings.port);
}

std::size_t Server::connections() const noexcept { return state_->connections.size(); }

asio::awaitable<void> Server::drain(Clock::time_point deadline) {
  const auto state = state_;
  error_code ignored;
  state->draining = true;
  state->acceptor.close(ignored);
  state->room.cancel();
  for (Connection* connection : state->connections) connection->close_if_idle();
  const auto running = [&] { return state->accepting || !state->connections.empty(); };
  const auto until = [&](Clock::time_point end) {
    state->empty.expires_at(end);
    return state->empty.async_wait(asio::redirect_error(use_awaitable, ignored));
  };
  while (running() && Clock::now() < deadline) co_await until(deadline);
  if (!running()) co_return;

  spdlog::warn("{} requests have not ended in time and are cut", state->connections.size());
  state->cut = true;
  for (Connection* connection : std::vector(state->connections.begin(), state->connections.end())) connection->cut();
  const auto end = Clock::now() + 250ms;  // a handler that hears of its cancellation ends within a turn of the loop
  while (running() && Clock::now() < end) co_await until(end);
}

}  // namespace oculus::web
