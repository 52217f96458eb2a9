// How long values are kept, by the names of their series. Plain values; any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "model/time.hpp"

namespace oculus {

struct Retention {
  /// The longest length means for ever.
  static constexpr std::chrono::microseconds kForever = std::chrono::microseconds::max();

  struct Policy {
    std::string pattern;  // of a symbol, `*` for any run of characters: `net.*`
    std::chrono::microseconds keep{};

    friend bool operator==(const Policy&, const Policy&) = default;
  };

  std::chrono::microseconds keep = kForever;  // of series that no policy names
  std::vector<Policy> policies = {};

  /// The policy with the longest pattern that matches wins; of equally long ones the first.
  [[nodiscard]] std::chrono::microseconds keep_of(std::string_view symbol) const noexcept;

  friend bool operator==(const Retention&, const Retention&) = default;
};

/// What is older is no longer kept: `keep` before `present`; the least time when that is further back than times go.
TimePoint cutoff(TimePoint present, std::chrono::microseconds keep) noexcept;

}  // namespace oculus
