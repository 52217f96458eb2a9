// One measurement, as it travels from a collector to the disk. Plain values; any thread.
#pragma once

#include <chrono>
#include <optional>

#include "model/series.hpp"
#include "model/tags.hpp"
#include "model/time.hpp"

namespace oculus {

/// A check that fails is a sample too: `success` is false, and `value` keeps what was measured.
struct Sample {
  SeriesId series{};
  TimePoint at{};               // when the measurement ended
  std::optional<double> value;  // finite, in the series' unit; empty: nothing was measured
  bool success = true;
  std::optional<std::chrono::microseconds> took;  // on the target alone, never our own queueing
  Tags tags;                                      // dynamic ones, such as `error`
};

}  // namespace oculus
