#include "store/sqlite/step_totals.hpp"

#include <algorithm>
#include <limits>

namespace oculus::store::sqlite {

StepTotals::StepTotals(TimePoint from, TimePoint to, microseconds step)
    : from_(to_us(from)), through_(to_us(to)), step_(step.count()) {
  if (through_ > std::numeric_limits<std::int64_t>::min()) --through_;  // exclusive becomes inclusive
}

void StepTotals::Total::add(std::uint64_t values, double their_sum, double their_least, double their_most) {
  if (values == 0) return;
  least = present == 0 ? their_least : std::min(least, their_least);
  most = present == 0 ? their_most : std::max(most, their_most);
  sum += their_sum;
  present += values;
}

Result<> StepTotals::add(SampleSource& source, Slot slot) {
  return walk(source, slot, {from_, through_},
              {[this](const Chunk& chunk) {
                 if (step_of(chunk.first) != step_of(chunk.last)) return false;
                 const codec::Summary& summary = chunk.summary;
                 Total& total = totals_[step_of(chunk.first)];
                 total.count += summary.count;
                 total.failures += summary.failures;
                 total.add(summary.present, summary.sum, summary.least, summary.most);
                 return true;
               },
               [this](const Block& block, std::size_t begin, std::size_t end) { add(block, begin, end); }});
}

void StepTotals::add(const Block& block, std::size_t begin, std::size_t end) {
  const auto& [value, present] = block.values;
  while (begin < end) {
    const std::int64_t step = step_of(block.frame.at[begin]);
    std::size_t next = begin + 1;
    if (step_of(block.frame.at[end - 1]) == step)
      next = end;
    else
      next = block.lower(from_ + (step + 1) * step_);
    double sum = 0, least = std::numeric_limits<double>::infinity(), most = -least;
    std::uint64_t values = 0, failures = 0;
    for (std::size_t i = begin; i < next; ++i) {
      failures += block.frame.success[i] == 0 ? 1 : 0;
      if (present[i] == 0) continue;
      ++values;
      sum += value[i];
      least = std::min(least, value[i]);
      most = std::max(most, value[i]);
    }
    Total& total = totals_[step];
    total.count += next - begin;
    total.failures += failures;
    total.add(values, sum, least, most);
    begin = next;
  }
}

std::vector<Point> StepTotals::points() const {
  std::vector<Point> points;
  points.reserve(totals_.size());
  for (const auto& [step, total] : totals_) {
    Point point{from_us(from_ + step * step_), {}, {}, {}, total.count, total.failures};
    if (total.present > 0) {
      point.mean = total.sum / static_cast<double>(total.present);
      point.least = total.least;
      point.most = total.most;
    }
    points.push_back(point);
  }
  return points;
}

}  // namespace oculus::store::sqlite
