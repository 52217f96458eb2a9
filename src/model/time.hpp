// Points in time and their text forms. Plain values; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/error.hpp"

namespace oculus {

using std::chrono::microseconds;
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;  // UTC, since 1970, as in `metric_values.ts`
using Clock = std::chrono::steady_clock;                             // schedules, time-outs and durations
using Deadline = Clock::time_point;

/// The wall clock, in microseconds.
TimePoint now() noexcept;

/// The wall clock, floored to whole milliseconds, as scheduled samples are stamped.
TimePoint now_ms() noexcept;

inline std::int64_t to_us(TimePoint at) noexcept { return at.time_since_epoch().count(); }
inline TimePoint from_us(std::int64_t us) noexcept { return TimePoint(microseconds(us)); }

/// RFC 3339 in UTC: `2026-01-31T23:59:59.123Z`; the fraction has 0, 3 or 6 digits, as few as say it all.
std::string to_rfc3339(TimePoint at);

/// Reads an instant as the API takes it: microseconds since 1970 (an integer), RFC 3339 with `Z` or an offset, or a
/// duration back from `reference` (`1h`). Invalid for anything else.
Result<TimePoint> parse_instant(std::string_view text, TimePoint reference);

}  // namespace oculus
