// A TCP connection to whichever address of a host answers first. Its loop's thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <vector>

#include "model/time.hpp"
#include "net/egress_gate.hpp"
#include "net/failure.hpp"

namespace oculus::net {

struct TcpConnection {
  boost::asio::ip::tcp::socket socket;
  boost::asio::ip::address address;
  std::chrono::microseconds took;  // of the attempt that won, from its own start
};

/// Happy eyeballs (RFC 8305): `addresses` in the order of the resolver, families in turn, a new attempt 250 ms after
/// the last one or as soon as that one has failed. Each address passes the gate first. When none answers the failure is
/// that of the last one tried.
boost::asio::awaitable<Outcome<TcpConnection>> tcp_connect(std::vector<boost::asio::ip::address> addresses,
                                                           std::uint16_t port, const EgressGate& gate,
                                                           Deadline deadline);

}  // namespace oculus::net
