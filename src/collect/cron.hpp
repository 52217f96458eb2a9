// Cron expressions: which instants they mean in a time zone. Immutable; any thread.
//  [C1] The next time is found by calendar arithmetic, however far away it lies; an expression that never matches is
//  refused. [C2] Fixed hours and minutes: a local time that the clock skips runs at the first instant after the gap,
//  one that it shows
//       twice runs the first time; so a daily job runs once on every day.
//  [C3] Hours or minutes of several values by `*` or a step follow elapsed time: both passes of a repeated hour count,
//  and across a gap the old
//       clock goes on, so that the next run is neither lost nor, where it meets a regular one, doubled.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collect/time_zone.hpp"
#include "model/time.hpp"

namespace oculus::collect {

/// Five fields (minute, hour, day of month, month, day of week) or six (seconds first). Each is a list of `*`, `a`,
/// `a-b`, with
/// `/n` behind it for steps (`a/n` is from `a` to the end); `?` is `*`; months and weekdays also by their first three
/// letters; 0 and 7 are Sunday. When both day fields are restricted a day matches by either, else by both; a field that
/// begins with `*` counts as unrestricted, as in Vixie's cron. Or one of `@hourly @daily @midnight @weekly @monthly
/// @yearly @annually`.
class CronExpression {
 public:
  /// Invalid with the column of what is wrong; the places are those of the first characters.
  static Result<CronExpression> parse(std::string_view text, std::string_view zone = {}, Place at = {},
                                      Place zone_at = {});

  /// The first match after `after`, on a whole second; the end of time when there is none before the year 10000.
  [[nodiscard]] TimePoint next(TimePoint after) const;

  /// The text as it was written, with the zone behind it where one was named.
  [[nodiscard]] std::string text() const;

 private:
  class Parser;
  using Local = std::chrono::local_seconds;

  CronExpression() = default;
  [[nodiscard]] bool matches(std::chrono::local_days day) const;
  [[nodiscard]] std::optional<std::chrono::seconds> time_from(std::chrono::seconds of_day) const;
  [[nodiscard]] std::optional<Local> match_between(Local from, Local end) const;
  [[nodiscard]] std::optional<std::chrono::sys_seconds> match_in(const TimeZone::Span& span,
                                                                 std::chrono::seconds offset_before,
                                                                 std::chrono::sys_seconds from) const;

  std::string text_, zone_name_;
  std::shared_ptr<const TimeZone> zone_;  // shared: immutable, and expressions are copied with their schedules
  std::uint64_t seconds_ = 0, minutes_ = 0, hours_ = 0, days_ = 0, months_ = 0,
                weekdays_ = 0;                  // one bit for each value
  bool any_day_ = false, any_weekday_ = false;  // the field begins with `*`
  bool elapsed_ = false;                        // [C3] rather than [C2]
};

}  // namespace oculus::collect
