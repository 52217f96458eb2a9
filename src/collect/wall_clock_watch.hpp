// Notices when the wall clock is set: its distance to the steady clock jumps. Owned by the probe loop thread.
#pragma once

#include <chrono>
#include <optional>

#include "model/time.hpp"

namespace oculus::collect {

class WallClockWatch {
 public:
  static constexpr std::chrono::seconds kStep{2};

  WallClockWatch(TimePoint wall, Clock::time_point steady) : distance_(between(wall, steady)) {}

  /// The length of a step of more than kStep since the last look; negative when the clock was set back. Smaller ones
  /// (slewing) pass.
  std::optional<microseconds> look(TimePoint wall, Clock::time_point steady) {
    const microseconds present = between(wall, steady);
    const microseconds moved = present - distance_;
    distance_ = present;
    return moved > kStep || moved < -kStep ? std::optional(moved) : std::nullopt;
  }

 private:
  static microseconds between(TimePoint wall, Clock::time_point steady) {
    return wall.time_since_epoch() - std::chrono::duration_cast<microseconds>(steady.time_since_epoch());
  }
  microseconds distance_;
};

}  // namespace oculus::collect
