#include "integration/bad_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace oculus::integration {
namespace {

constexpr std::size_t kFlood = 100'000'000;
constexpr int kForever = -1;

/// Whether `socket` becomes ready for `wanted` before `closing` or the time does.
bool ready(int socket, short wanted, int closing, int milliseconds) {
  pollfd both[] = {{socket, wanted, 0}, {closing, POLLIN, 0}};
  return poll(both, 2, milliseconds) > 0 && both[1].revents == 0 && both[0].revents != 0;
}

bool say(int client, std::string_view bytes, int closing) {
  while (!bytes.empty()) {
    if (!ready(client, POLLOUT, closing, kForever)) return false;
    const ssize_t sent = send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string head(std::size_t length) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n", length);
}

}  // namespace

BadServer::BadServer(Misbehaviour misbehaviour) : misbehaviour_(misbehaviour) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (listener_ < 0 || bind(listener_, reinterpret_cast<const sockaddr*>(&address), length) < 0 ||
      listen(listener_, 64) < 0 || getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) < 0 ||
      pipe(closing_) < 0)
    throw std::system_error(errno, std::system_category(), "a server on a free port");
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

BadServer::~BadServer() {
  close(closing_[1]);  // every poll sees the hang-up
  accepting_.join();
  for (std::thread& client : clients_) client.join();
  close(closing_[0]);
  close(listener_);
}

std::string BadServer::url() const { return fmt::format("http://127.0.0.1:{}/", port_); }

void BadServer::accept_all() {
  while (ready(listener_, POLLIN, closing_[0], kForever)) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    clients_.emplace_back([this, client] {
      serve(client);
      close(client);
    });
  }
}

void BadServer::serve(int client) const {
  const int closing = closing_[0];
  char request[4096];
  if (!ready(client, POLLIN, closing, kForever) || recv(client, request, sizeof request, 0) <= 0) return;
  switch (misbehaviour_) {
    case Misbehaviour::silence:
      (void)ready(client, POLLIN, closing, kForever);  // until the other side leaves
      return;
    case Misbehaviour::reset: {
      const linger at_once{1, 0};
      setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return;
    }
    case Misbehaviour::flood: {
      const std::string piece(1 << 20, 'x');
      bool open = say(client, head(kFlood), closing);
      for (std::size_t sent = 0; open && sent < kFlood; sent += piece.size()) open = say(client, piece, closing);
      return;
    }
    case Misbehaviour::drip:
      if (!say(client, head(3600), closing)) return;
      while (!ready(client, POLLIN, closing, 1000))
        if (pollfd end{closing, POLLIN, 0}; poll(&end, 1, 0) > 0 || !say(client, "x", closing)) return;
      return;
    case Misbehaviour::gibberish:
      (void)say(client, "220 this is another protocol\r\n", closing);
      return;
  }
}

}  // namespace oculus::integration
