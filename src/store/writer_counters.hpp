// What the writer counts for /metrics. Any thread reads; the queue and the writer add.
#pragma once

#include <atomic>
#include <cstdint>

#include "model/histogram.hpp"

namespace oculus::store {

/// All counted since the start, in values unless said. `accepted` is never behind `committed`.
struct WriterCounters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> committed{0};
  std::atomic<std::uint64_t> retried{0};    // transactions tried again
  std::atomic<std::uint64_t> set_aside{0};  // rows
  std::atomic<std::uint64_t> replaced{0};
  Histogram commit_latency;
};

}  // namespace oculus::store
