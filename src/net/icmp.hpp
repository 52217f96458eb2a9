// ICMP echo: is a host there, how far away, and how many packets get lost. The loop's thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "model/time.hpp"

namespace oculus::net {

struct PingOptions {
  int count = 3;                                   // requests, at most 65,535
  std::chrono::milliseconds packet_interval{200};  // from one request to the next
  std::size_t size = 56;                           // bytes of payload, 8 to 65,507
};

struct PingResult {
  int sent = 0;                                                // fewer than asked for when the deadline came first
  int received = 0;                                            // requests that were answered
  int duplicates = 0;                                          // further answers to the same request
  std::vector<std::optional<std::chrono::microseconds>> rtts;  // of each request sent, in order; empty: lost
  std::string refusal;  // why a request was lost, where the kernel or a router said so: `destination unreachable`
};

/// Sends the requests and waits for their answers: until all have one, or were refused, or the deadline. Answers are
/// matched by a random token, so that nothing else on the host or the wire counts. Forbidden where ICMP is not
/// permitted, with what to grant; Unavailable where there is no such socket (no IPv6). Cancelling it throws
/// operation_aborted, as Asio's own operations do.
boost::asio::awaitable<Result<PingResult>> ping(boost::asio::ip::address target, PingOptions options,
                                                Deadline deadline);

}  // namespace oculus::net
