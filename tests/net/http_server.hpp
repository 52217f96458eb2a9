// A server on loopback that plays what a test tells it, byte for byte, plain or over TLS. It owns its threads.
#pragma once

#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace oculus::net {

class HttpServer {
 public:
  /// One connection, as the play sees it.
  class Peer {
   public:
    Peer(int socket, SSL* tls, const std::atomic<bool>& ending) : socket_(socket), tls_(tls), ending_(ending) {}

    /// False when the client has gone.
    bool send(std::string_view text) {
      while (!text.empty()) {
        const auto sent = tls_ != nullptr ? SSL_write(tls_, text.data(), static_cast<int>(text.size()))
                                          : static_cast<int>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL));
        if (sent <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
      }
      return true;
    }
    /// Reads the head and, by Content-Length, the body of a request.
    std::string read_request() {
      std::string request;
      char piece[4096];
      while (!whole(request)) {
        const auto got = receive(piece, sizeof piece);
        if (got <= 0) break;
        request.append(piece, static_cast<std::size_t>(got));
      }
      return request;
    }
    /// Until the client closes or the server ends.
    void hold() {
      char byte = 0;
      while (!ending_ && ::recv(socket_, &byte, 1, 0) > 0) {
      }
    }
    /// Carries bytes both ways between the client and a port on loopback until one side closes: a proxy's tunnel.
    void relay(std::uint16_t port) {
      boost::asio::io_context context;
      boost::asio::ip::tcp::socket target(context);
      target.connect({boost::asio::ip::address_v4::loopback(), port});
      const int onward = target.native_handle();
      char piece[16384];
      for (;;) {
        pollfd both[] = {{socket_, POLLIN, 0}, {onward, POLLIN, 0}};
        const bool held = tls_ != nullptr && SSL_pending(tls_) > 0;
        if (::poll(both, 2, held ? 0 : -1) < 0) return;
        if (held || both[0].revents != 0) {
          const auto got = receive(piece, sizeof piece);
          if (got <= 0 || ::send(onward, piece, static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) return;
        }
        if (both[1].revents != 0) {
          const auto got = ::recv(onward, piece, sizeof piece, 0);
          if (got <= 0 || !send({piece, static_cast<std::size_t>(got)})) return;
        }
      }
    }
    /// The next close is a reset.
    void reset() const {
      const linger now{1, 0};
      ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    [[nodiscard]] bool ending() const { return ending_; }

   private:
    int receive(char* into, int room) {
      return tls_ != nullptr ? SSL_read(tls_, into, room)
                             : static_cast<int>(::recv(socket_, into, static_cast<std::size_t>(room), 0));
    }
    static bool whole(const std::string& request) {
      if (request.starts_with('\x16')) return true;  // the hello of a TLS client
      const auto head = request.find("\r\n\r\n");
      if (head == std::string::npos) return false;
      const auto length = request.find("Content-Length: ");
      if (length == std::string::npos || length > head) return true;
      return request.size() >= head + 4 + std::stoul(request.substr(length + 16));
    }
    int socket_;
    SSL* tls_;
    const std::atomic<bool>& ending_;
  };
  using Play = std::function<void(Peer& peer, const std::string& request)>;

  explicit HttpServer(Play play, const std::string& address = "127.0.0.1", SSL_CTX* tls = nullptr)
      : play_(std::move(play)), tls_(tls), acceptor_(context_, {boost::asio::ip::make_address(address), 0}) {
    thread_ = std::thread([this] { accept(); });
  }
  ~HttpServer() {
    ending_ = true;
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // ends the blocking accept
    thread_.join();
    {
      const std::scoped_lock lock(mutex_);
      for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& peer : peers_) peer.join();
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] std::string url(const std::string& path = "/", const std::string& host = "127.0.0.1") const {
    return (tls_ != nullptr ? "https://" : "http://") + host + ":" + std::to_string(port()) + path;
  }
  /// Heads and bodies, in order of arrival.
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

  static std::string answer(const std::string& body, const std::string& status = "200 OK",
                            const std::string& headers = "") {
    return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
  }
  static std::string redirect(const std::string& to, const std::string& status = "302 Found") {
    return answer("", status, "Location: " + to + "\r\n");
  }
  /// Always the same answer.
  static Play says(std::string text) {
    return [text = std::move(text)](Peer& peer, const std::string&) { peer.send(text); };
  }

 private:
  void accept() {
    while (!ending_) {
      const int socket = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      const std::scoped_lock lock(mutex_);
      open_.push_back(socket);
      peers_.emplace_back([this, socket] { serve(socket); });
    }
  }
  void serve(int socket) {
    sigset_t pipe;  // OpenSSL writes to clients that have gone
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    const std::unique_ptr<SSL, decltype(&SSL_free)> tls(tls_ != nullptr ? SSL_new(tls_) : nullptr, SSL_free);
    bool shaken = true;
    if (tls) {
      SSL_set_fd(tls.get(), socket);
      shaken = SSL_accept(tls.get()) == 1;
    }
    if (shaken) {
      Peer peer(socket, tls.get(), ending_);
      const std::string request = peer.read_request();
      {
        const std::scoped_lock lock(mutex_);
        if (!request.empty()) requests_.push_back(request);
      }
      play_(peer, request);
    }
    const std::scoped_lock lock(mutex_);
    std::erase(open_, socket);
    ::close(socket);
  }

  Play play_;
  SSL_CTX* tls_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> ending_{false};
  mutable std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::string> requests_;
  std::vector<std::thread> peers_;
  std::thread thread_;
};

}  // namespace oculus::net
