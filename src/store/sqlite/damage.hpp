// Where readers leave word of chunks and journal rows that they could not read, for the writer to make events of. Any
// thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace oculus::store::sqlite {

class Damage {
 public:
  /// Told once for each place, however often it is met.
  void report(std::string place) {
    const std::scoped_lock lock(mutex_);
    if (known_.insert(place).second) untold_.push_back(std::move(place));
  }
  /// What has come since the last call.
  [[nodiscard]] std::vector<std::string> take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(untold_, {});
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> known_;
  std::vector<std::string> untold_;
};

}  // namespace oculus::store::sqlite
