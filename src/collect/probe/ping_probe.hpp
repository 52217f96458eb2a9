// Measures round-trip time, loss and jitter of ICMP echo to a host. The probe loop thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "collect/collector.hpp"
#include "model/error.hpp"
#include "net/family.hpp"

namespace oculus::net {
class EgressGate;
class Loop;
}  // namespace oculus::net

namespace oculus::collect {

struct CollectorKind;
extern const CollectorKind kPingProbe;  // the type `ping` of the configuration

struct PingProbeSettings {
  std::string name;
  std::string host;  // a name or an address
  net::Family family = net::Family::any;
  int count = 3;                                   // requests in a round, 1 to 20
  std::chrono::milliseconds packet_interval{200};  // from one to the next, 10 ms to 10 s
  std::size_t size = 56;                           // bytes of payload, 8 to 65,507
  std::vector<Series> series = {};                 // rtt, loss, jitter; empty: `net.ping.<name>.rtt` and so on
};

/// `rtt` is the median. A round in which anything came back is a success; with nothing back it fails as `timeout`, or
/// as `unreachable` where someone said so, and keeps its `loss` of 100. Where ICMP is not permitted it fails as
/// `not_permitted` with what to grant. Invalid for settings out of range; `loop` and `gate` outlive the probe.
Result<std::unique_ptr<Collector>> make_ping_probe(net::Loop& loop, const net::EgressGate& gate,
                                                   PingProbeSettings settings);

}  // namespace oculus::collect
