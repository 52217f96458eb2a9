// Measures how long a TCP connection takes to come about. The probe loop thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "collect/collector.hpp"
#include "net/family.hpp"

namespace oculus::net {
class EgressGate;
class Loop;
}  // namespace oculus::net

namespace oculus::collect {

struct CollectorKind;
extern const CollectorKind kTcpProbe;  // the type `tcp` of the configuration

struct TcpProbeSettings {
  std::string name;
  std::string host;  // a name or an address
  std::uint16_t port = 0;
  net::Family family = net::Family::any;
  std::vector<Series> series = {};  // one: rtt in ms; empty: `net.tcp.<name>.rtt`
};

/// `rtt` is the time of the attempt that won, from its start to its connection; the look-up of the name is not in it.
/// `loop` and `gate` outlive the probe.
std::unique_ptr<Collector> make_tcp_probe(net::Loop& loop, const net::EgressGate& gate, TcpProbeSettings settings);

}  // namespace oculus::collect
