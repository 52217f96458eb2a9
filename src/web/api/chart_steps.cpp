#include "web/api/chart_steps.hpp"

#include <array>

namespace oculus::web::api {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::seconds, 22> kSteps = {1s,   2s,    5s,    10s,     15s,      30s,      1min, 2min,
                                                         5min, 10min, 15min, 30min,   1h,       2h,       3h,   6h,
                                                         12h,  24h,   48h,   7 * 24h, 30 * 24h, 365 * 24h};

// Rounds down, also below zero.
std::int64_t floor_division(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

microseconds usual_step(microseconds length) {
  for (const auto step : kSteps)
    if (length / step < kUsualPoints) return step;
  return kSteps.back() * (length / (kSteps.back() * kUsualPoints) + 1);
}

TimePoint begin_of_step(TimePoint at, microseconds step) {
  return TimePoint(step * floor_division(to_us(at), step.count()));
}

std::int64_t count_steps(TimePoint from, TimePoint to, microseconds step) {
  if (to <= from) return 0;
  return ((to - from) - microseconds(1)) / step + 1;
}

}  // namespace oculus::web::api
