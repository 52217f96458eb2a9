// One round of a collector as a person reads it, and as JSON. Plain functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "cli/console.hpp"
#include "collect/collector.hpp"

namespace oculus::cli {

struct ProbeReport {
  std::string type, target;
  std::vector<Series> series;
  collect::Round round;

  /// The verdict, then one line for each value; times with a bar that begins where the phase before it ended.
  [[nodiscard]] std::string text(const Console& console) const;
  /// One line: type, target, success, error, detail, took_ms, values, tags, evidence.
  [[nodiscard]] std::string json() const;
};

}  // namespace oculus::cli
