// When a collector runs: each interval, or by cron in a time zone. Plain values; any thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/time.hpp"

namespace oculus::collect {

class CronExpression;

class Schedule {
 public:
  /// Every 30 s.
  Schedule() = default;

  static constexpr std::chrono::seconds kShortest{1};
  static constexpr std::chrono::days kLongest{30};

  /// Invalid outside 1 s to 30 d.
  static Result<Schedule> every(std::chrono::microseconds interval, Place at = {});
  /// Five or six fields (seconds first), names, steps, lists, ranges, `@hourly` and kin; `zone` is an IANA name, empty
  /// is UTC.
  static Result<Schedule> cron(std::string_view expression, std::string_view zone, Place at = {}, Place zone_at = {});

  /// The interval, or empty for cron.
  [[nodiscard]] std::optional<std::chrono::microseconds> interval() const noexcept { return interval_; }

  /// The first slot after `after` by the wall clock. Intervals: slots lie at `phase + k * interval`, where the phase is
  /// stable by `name` (a hash), so that starts are spread. Cron: the first time that matches; daylight-saving changes
  /// neither skip nor double a daily job.
  [[nodiscard]] TimePoint next(TimePoint after, std::string_view name) const;

  /// As a person writes it: `30s`, or the cron text, with `(Europe/Berlin)` behind it where a zone was named.
  [[nodiscard]] std::string text() const;

 private:
  std::optional<std::chrono::microseconds> interval_ = std::chrono::seconds(30);
  std::shared_ptr<const CronExpression> cron_;  // shared: immutable and copied with every spec
};

}  // namespace oculus::collect
