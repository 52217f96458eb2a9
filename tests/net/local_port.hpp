// Sockets on loopback for tests: a port that listens, one that refuses, one that never answers.
#pragma once

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace oculus::net {

/// Connections come about (the kernel accepts) and are never answered.
class ListeningPort {
 public:
  explicit ListeningPort(const std::string& address = "127.0.0.1")
      : acceptor_(context_, {boost::asio::ip::make_address(address), 0}) {}
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
};

/// Bound and not listening: connections are refused, and nobody else gets the port.
class RefusingPort {
 public:
  RefusingPort() : socket_(context_, {boost::asio::ip::make_address("127.0.0.1"), 0}) {}
  [[nodiscard]] std::uint16_t port() const { return socket_.local_endpoint().port(); }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
};

/// Its queue of connections is full, so that further ones get no answer.
class SilentPort {
 public:
  SilentPort() : acceptor_(context_) {
    acceptor_.open(boost::asio::ip::tcp::v4());
    acceptor_.bind({boost::asio::ip::make_address("127.0.0.1"), 0});
    acceptor_.listen(0);
    for (int i = 0; i < 4; ++i) {
      auto& filler = fillers_.emplace_back(context_, boost::asio::ip::tcp::v4());
      filler.non_blocking(true);
      const auto target = acceptor_.local_endpoint();
      ::connect(filler.native_handle(), target.data(),
                static_cast<socklen_t>(target.size()));  // not Asio's, which waits
    }
  }
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<boost::asio::ip::tcp::socket> fillers_;
};

}  // namespace oculus::net
