// The kinds of collectors: one row each. A new kind is one file and one row of kinds.cpp.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "collect/collector.hpp"
#include "collect/collector_spec.hpp"

namespace oculus::net {
class Loop;
class EgressGate;
}  // namespace oculus::net

namespace oculus::collect {

/// What collectors are built upon; outlives them all. Without a loop (`oculus check`) a collector is built but never
/// run.
struct Parts {
  net::Loop* loop = nullptr;
  const net::EgressGate* gate = nullptr;
};

struct CollectorKind {
  std::string_view type, summary;  // as written in the configuration; one line for people
  std::chrono::seconds default_timeout;
  std::span<const config::Field> fields;  // its own keys; the common ones are added by CollectorSpec
  /// Builds without touching the network. Mistakes that the fields cannot see go to `problems`, and null comes back.
  std::unique_ptr<Collector> (*make)(const CollectorSpec& spec, const Parts& parts, config::Problems& problems);
};

std::span<const CollectorKind* const> collector_kinds();
const CollectorKind* find_kind(std::string_view type);

}  // namespace oculus::collect
