// Times as probes report them. Plain values; any thread.
#pragma once

#include <chrono>
#include <cmath>

namespace oculus::collect {

/// Milliseconds, kept to 0.01: what the clock of a loaded machine can know, and what compresses.
inline double latency_ms(std::chrono::microseconds took) {
  return std::round(static_cast<double>(took.count()) / 10.0) / 100.0;
}

}  // namespace oculus::collect
