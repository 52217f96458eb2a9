// Oculus' collectors as a library: what measures, when, and who runs it and stores what comes of it.
//
//   oculus::Loop loop("collectors");        // the thread that all of them share
//   const oculus::EgressGate gate;          // the addresses that probes may reach
//   oculus::Registry registry(loop, *storage);
//   registry.start({.type = "tcp", .name = "redis", .schedule = *oculus::Schedule::every(10s)},
//                  oculus::make_tcp_probe(loop, gate, {.name = "redis", .host = "127.0.0.1", .port = 6379}));
//
// In this order, so that each outlives who uses it. A collector of one's own derives from Collector, or is a function
// that may block, given to make_blocking. The registry's end stops what runs and waits until its samples are accepted.
#pragma once

#include "collect/blocking_collector.hpp"
#include "collect/collector.hpp"
#include "collect/probe/http_probe.hpp"
#include "collect/probe/ping_probe.hpp"
#include "collect/probe/tcp_probe.hpp"
#include "collect/registry.hpp"
#include "collect/schedule.hpp"
#include "net/egress_gate.hpp"
#include "net/family.hpp"
#include "net/loop.hpp"

namespace oculus {

using collect::Collector;
using collect::Enrolment;
using collect::Registry;
using collect::RegistrySettings;
using collect::Round;
using collect::RunStatus;
using collect::Schedule;

using collect::HttpProbeSettings;
using collect::make_blocking;
using collect::make_http_probe;
using collect::make_ping_probe;
using collect::make_tcp_probe;
using collect::PingProbeSettings;
using collect::TcpProbeSettings;

using net::EgressGate;
using net::Family;
using net::Loop;

}  // namespace oculus
