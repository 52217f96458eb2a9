// The settings that every collector has, whatever its kind. Plain values; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collect/schedule.hpp"
#include "config/settings.hpp"
#include "model/series.hpp"

namespace oculus::collect {

struct CollectorSpec {
  std::string type;
  std::string name;
  std::string group = "default";
  bool enabled = true;
  Schedule schedule;
  std::chrono::microseconds timeout{0};
  int retries = 0;
  std::chrono::microseconds retry_interval{std::chrono::seconds(1)};
  Tags tags;
  std::string description;
  std::string symbol;         // `symbol:` replaces all that stands before the field; empty: by kind and name
  config::Settings settings;  // the kind's own keys
  Place place;

  /// One series of this collector. `prefix` is the kind's symbol prefix (`net.http`); with `field` the symbol ends in
  /// it and the static tag `field` is added. Invalid when no symbol can be made of the name.
  [[nodiscard]] Result<Series> series(std::string_view category, std::string_view prefix, std::string_view target,
                                      std::string_view field, std::string_view unit, std::string_view what) const;
};

/// The keys that every collector takes, before its kind's own.
std::span<const config::Field> common_fields();
/// Common keys and those of the kind, as one table for validation and masking. Empty for a type that is none.
std::span<const config::Field> fields_of(std::string_view type);

/// Reads the tree of one collector of a known type; its mistakes go to `problems`, and empty comes back when there were
/// any.
std::optional<CollectorSpec> read_spec(const std::string& type, const config::Node& node, config::Problems& problems);

}  // namespace oculus::collect
