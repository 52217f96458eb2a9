// Sums up the samples of series by steps of time, as charts show them. One connection's; its thread.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "store/query.hpp"
#include "store/sqlite/series_walk.hpp"

namespace oculus::store::sqlite {

class StepTotals {
 public:
  /// Steps of `step` (more than zero) from `from` on; `to` is exclusive.
  StepTotals(TimePoint from, TimePoint to, microseconds step);

  /// Adds the samples of a series that lie within.
  Result<> add(SampleSource& source, Slot slot);
  /// The steps that have samples, in order.
  [[nodiscard]] std::vector<Point> points() const;

 private:
  struct Total {
    std::uint64_t count = 0, present = 0, failures = 0;
    double sum = 0, least = 0, most = 0;
    void add(std::uint64_t values, double their_sum, double their_least, double their_most);
  };
  [[nodiscard]] std::int64_t step_of(std::int64_t at) const noexcept { return (at - from_) / step_; }
  void add(const Block& block, std::size_t begin, std::size_t end);

  std::int64_t from_, through_, step_;
  std::map<std::int64_t, Total> totals_;  // by the number of the step
};

}  // namespace oculus::store::sqlite
