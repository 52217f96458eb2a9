#include "web/page/series_state.hpp"

#include <algorithm>

namespace oculus::web {

using namespace std::chrono_literals;

std::string_view to_string(SeriesState state) noexcept {
  switch (state) {
    case SeriesState::ok:
      return "ok";
    case SeriesState::silent:
      return "silent";
    case SeriesState::stale:
      return "stale";
    case SeriesState::failing:
      return "failing";
  }
  return "silent";
}

std::string_view words(SeriesState state) noexcept {
  return state == SeriesState::silent ? "no value" : to_string(state);
}

SeriesState state_of(const store::LatestRow& row, TimePoint now) {
  if (!row.sample) return SeriesState::silent;
  if (row.series.series.interval &&
      now - row.sample->at > std::max<microseconds>(5min, 3 * *row.series.series.interval))
    return SeriesState::stale;
  if (!row.sample->success) return SeriesState::failing;
  return row.sample->value ? SeriesState::ok : SeriesState::silent;
}

std::string reason_of(const Sample& sample) {
  if (sample.success) return {};
  const std::string* reason = sample.tags.find("error");
  return reason ? *reason : "the check failed";
}

}  // namespace oculus::web
