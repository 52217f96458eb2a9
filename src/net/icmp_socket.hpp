// The socket over which all pings of one loop and one IP family send and hear; it lives while any of them does. The
// loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <string>
#include <system_error>
#include <unordered_map>
#include <vector>

#include "model/error.hpp"
#include "model/time.hpp"
#include "net/icmp_packet.hpp"

namespace oculus::net {

/// Datagram sockets are tried first, for they need no privilege where net.ipv4.ping_group_range allows them; then raw
/// ones.
class IcmpSocket : public std::enable_shared_from_this<IcmpSocket> {
 public:
  /// Whoever waits for the answers to the echoes of one token.
  class Listener {
   public:
    /// `queued` is how long the answer lay in the kernel before we got to it, by the wall clock.
    virtual void on_reply(std::uint16_t sequence, std::chrono::nanoseconds queued) = 0;
    virtual void on_refusal(std::uint16_t sequence, std::string why) = 0;

   protected:
    ~Listener() = default;
  };

  /// The one of this loop, opened if there is none. Forbidden, with what to grant, where neither kind is permitted.
  static Result<std::shared_ptr<IcmpSocket>> shared(const boost::asio::any_io_executor& loop, IpFamily family);

  /// From now on `listener` hears of `token`, until forget(). A token is used by one at a time.
  void listen(std::uint64_t token, Listener& listener) { listeners_[token] = &listener; }
  void forget(std::uint64_t token) noexcept { listeners_.erase(token); }

  /// Sends one echo request at once. Nothing is kept where the kernel has no room.
  std::error_code send(const boost::asio::ip::address& to, std::uint16_t sequence, std::uint64_t token,
                       std::size_t payload);

 private:
  enum class Kind { datagram, raw };

  IcmpSocket(const boost::asio::any_io_executor& loop, IpFamily family, Kind kind, int descriptor);
  static Result<std::shared_ptr<IcmpSocket>> open(const boost::asio::any_io_executor& loop, IpFamily family);
  void set_options();
  void wait();
  void read_some();
  bool read_message();
  bool read_refusal();

  IpFamily family_;
  Kind kind_;
  std::uint16_t identifier_;
  std::unordered_map<std::uint64_t, Listener*> listeners_;
  boost::asio::posix::stream_descriptor socket_;
};

}  // namespace oculus::net
