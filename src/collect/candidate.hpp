// A collector that could run, made of what a person wrote. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "collect/kinds.hpp"
#include "collect/registry.hpp"
#include "config/config.hpp"
#include "store/command.hpp"

namespace oculus::collect {

struct Candidate {
  store::CollectorRow row;
  Enrolment enrolment;
  std::unique_ptr<Collector> collector;
};

/// The kind of a type; an unknown one is a problem at `place` that names the nearest.
const CollectorKind* known_kind(const std::string& type, const Place& place, config::Problems& problems);

/// Holds `node` against the kind's fields and builds the collector; its mistakes go to `problems`, and empty comes
/// back.
std::optional<Candidate> make_candidate(const std::string& type, const config::Node& node, std::string source,
                                        const Parts& parts, config::Problems& problems);

}  // namespace oculus::collect
