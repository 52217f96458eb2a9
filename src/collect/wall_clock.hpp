// The wall clock as slots and stamps need it: nobody sees the time after a step before the step was told. The probe
// loop thread.
#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include "model/time.hpp"

namespace oculus::collect {

class WallClock {
 public:
  using Read = std::function<TimePoint()>;
  using Stepped = std::function<void(microseconds)>;  // negative: it was set back

  /// `stepped` hears of every step of more than this; smaller ones (slewing) pass.
  static constexpr std::chrono::seconds kStep{2};

  WallClock(Read read, Stepped stepped)
      : read_(std::move(read)), stepped_(std::move(stepped)), distance_(look().distance) {}

  TimePoint now() {
    const auto [wall, distance] = look();
    const microseconds moved = distance - distance_;
    distance_ = distance;
    if (moved > kStep || moved < -kStep) stepped_(moved);
    return wall;
  }

  /// What the wall clock, as it stands now, would have shown then.
  TimePoint at(Clock::time_point then) {
    const TimePoint present = now();
    return present - std::chrono::duration_cast<microseconds>(Clock::now() - then);
  }

 private:
  struct Sight {
    TimePoint wall;
    microseconds distance;  // from the steady clock
  };
  // Of two clocks one is read later; where much lies between, as when a machine stands still, they are read again.
  [[nodiscard]] Sight look() const {
    while (true) {
      const auto before = Clock::now();
      const TimePoint wall = read_();
      if (Clock::now() - before > std::chrono::milliseconds(500)) continue;
      return {wall, wall.time_since_epoch() - std::chrono::duration_cast<microseconds>(before.time_since_epoch())};
    }
  }

  Read read_;
  Stepped stepped_;
  microseconds distance_;
};

}  // namespace oculus::collect
