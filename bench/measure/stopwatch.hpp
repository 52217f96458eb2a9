// Wall and processor time side by side: on a machine that others load, the second is the one to trust. One thread.
#pragma once

#include <ctime>

namespace oculus::bench {

struct Spent {
  double wall = 0, processor = 0;  // seconds

  Spent& operator+=(const Spent& other) noexcept {
    wall += other.wall;
    processor += other.processor;
    return *this;
  }
};

class Stopwatch {
 public:
  /// Whose processor time: the calling thread's, or that of all threads of the process.
  enum class Of { thread, process };

  explicit Stopwatch(Of whose = Of::thread) noexcept
      : clock_(whose == Of::thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID) {}
  [[nodiscard]] Spent spent() const noexcept { return {read(CLOCK_MONOTONIC) - wall_, read(clock_) - processor_}; }

 private:
  static double read(clockid_t clock) noexcept {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  }

  clockid_t clock_;
  double processor_ = read(clock_), wall_ = read(CLOCK_MONOTONIC);
};

}  // namespace oculus::bench
