// How a chart divides its time. Plain values; any thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "model/time.hpp"

namespace oculus::web::api {

constexpr std::int64_t kUsualPoints = 500;    // about as many as a chart has pixels to show
constexpr std::int64_t kMostPoints = 11'000;  // a week by the minute, and some
constexpr microseconds kLongestStep =
    std::chrono::hours(24 * 365 * 100);  // its multiples stay within what a time holds

/// The shortest of the steps that people know (1 s, 5 s, … 1 min, … 1 h, … 1 d, … 1 y) that makes at most the usual
/// number of points.
microseconds usual_step(microseconds length);

/// The begin of the step that `at` lies in, as `bucket()` in SQL: steps are counted from 1970, so that a chart that is
/// drawn again later has the same points.
TimePoint begin_of_step(TimePoint at, microseconds step);

/// How many steps a chart from `from` (a begin of one) to `to` has, the last one perhaps in part.
std::int64_t count_steps(TimePoint from, TimePoint to, microseconds step);

}  // namespace oculus::web::api
