// Names to addresses on the loop: c-ares, no thread, no blocking. One for each loop; its loop's thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <memory>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "model/time.hpp"
#include "net/family.hpp"

namespace oculus::net {

/// A service of the io_context: `resolver_of(loop)` makes it with the first use and it goes with the loop.
class Resolver : public boost::asio::io_context::service {
 public:
  static boost::asio::io_context::id id;

  explicit Resolver(boost::asio::io_context& loop);
  ~Resolver() override;

  /// The addresses of `host` in the order to try them (RFC 6724), at least one. Numeric addresses and /etc/hosts answer
  /// at once; nothing is kept from one call to the next. Errors: not_found (no such name, or none of this family),
  /// timed_out (no answer from the servers by the deadline), unavailable (the servers failed, refused, or answered
  /// nonsense), invalid (no name at all).
  boost::asio::awaitable<Result<std::vector<boost::asio::ip::address>>> resolve(std::string host, Family family,
                                                                                Deadline deadline);

  /// Asks these instead of the system's: `192.0.2.1` or `192.0.2.1:5353`, several by comma. An empty text goes back to
  /// the system's.
  void use_servers(std::string servers);

 private:
  void shutdown() override;
  class Channel;
  Channel& channel();

  boost::asio::io_context& loop_;
  std::string servers_;
  std::unique_ptr<Channel> channel_;
};

Resolver& resolver_of(boost::asio::io_context& loop);

}  // namespace oculus::net
