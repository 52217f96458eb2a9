#include "collect/kinds.hpp"

#include <algorithm>

#include "collect/probe/http_probe.hpp"
#include "collect/probe/ping_probe.hpp"
#include "collect/probe/tcp_probe.hpp"

namespace oculus::collect {
namespace {

constexpr const CollectorKind* kCollectorKinds[] = {&kHttpProbe, &kTcpProbe, &kPingProbe};

}  // namespace

std::span<const CollectorKind* const> collector_kinds() { return kCollectorKinds; }

const CollectorKind* find_kind(std::string_view type) {
  const auto kinds = collector_kinds();
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const CollectorKind* kind) { return kind->type == type; });
  return found == kinds.end() ? nullptr : *found;
}

}  // namespace oculus::collect
