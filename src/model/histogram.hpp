// Counts of durations by bucket, as Prometheus histograms have them. Any thread; lock free.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace oculus {

class Histogram {
 public:
  /// Upper bounds in seconds; the last bucket (+Inf) is the count of all.
  static constexpr std::array<double, 12> kBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                     0.05,   0.1,   0.25,   0.5,   1,    5};

  struct Snapshot {
    std::array<std::uint64_t, kBounds.size()> at_most{};  // cumulative
    std::uint64_t count = 0;
    double sum_seconds = 0;
  };

  void add(std::chrono::nanoseconds took) noexcept {
    const double seconds = std::chrono::duration<double>(took).count();
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && seconds > kBounds[bucket]) ++bucket;
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_ns_.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
  }

  [[nodiscard]] Snapshot snapshot() const noexcept {
    Snapshot now;
    for (std::size_t i = 0; i < kBounds.size(); ++i)
      now.at_most[i] = now.count += buckets_[i].load(std::memory_order_relaxed);
    now.count += buckets_.back().load(std::memory_order_relaxed);
    now.sum_seconds = static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) / 1e9;
    return now;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets_{};
  std::atomic<std::uint64_t> sum_ns_{0};
};

}  // namespace oculus
