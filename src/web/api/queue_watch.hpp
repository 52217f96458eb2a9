// Notices a writer that has stopped taking: its queue is full, and nothing was committed for a while. One thread at a
// time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "model/time.hpp"

namespace oculus::web::api {

class QueueWatch {
 public:
  static constexpr std::chrono::seconds kPatience{10};

  /// Told now and then what the counters say (each time somebody asks for health); true: stuck.
  bool is_stuck(bool full, std::uint64_t committed, Clock::time_point at) {
    if (!full) {
      full_since_.reset();
      return false;
    }
    if (!full_since_ || committed != committed_) {
      full_since_ = at;
      committed_ = committed;
    }
    return at - *full_since_ >= kPatience;
  }

 private:
  std::optional<Clock::time_point> full_since_;  // full, and without a commit
  std::uint64_t committed_ = 0;
};

}  // namespace oculus::web::api
