#include "collect/cron.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace oculus::collect {

using namespace std::chrono;

namespace {

constexpr sys_seconds kEarliest{sys_days(year(0) / January / 1)};
constexpr sys_seconds kEndOfTime{sys_days(year(10000) / January / 1)};

constexpr bool has(std::uint64_t set, std::uint64_t value) { return (set >> value & 1U) != 0; }

// The least member that is not below `from`; 64 when there is none.
constexpr unsigned member_from(std::uint64_t set, unsigned from) {
  return from > 63 ? 64U : static_cast<unsigned>(std::countr_zero(set >> from << from));
}

constexpr local_seconds to_local(sys_seconds at, seconds offset) {
  return local_seconds(at.time_since_epoch() + offset);
}
constexpr sys_seconds to_sys(local_seconds at, seconds offset) { return sys_seconds(at.time_since_epoch() - offset); }

}  // namespace

bool CronExpression::matches(local_days day) const {
  const bool by_date = has(days_, static_cast<unsigned>(year_month_day(day).day()));
  const bool by_weekday = has(weekdays_, weekday(day).c_encoding());
  return any_day_ || any_weekday_ ? by_date && by_weekday : by_date || by_weekday;
}

// The first matching time of a day that is not before `of_day`.
std::optional<seconds> CronExpression::time_from(seconds of_day) const {
  const hh_mm_ss from(of_day);
  const auto h = static_cast<unsigned>(from.hours().count());
  const auto m = static_cast<unsigned>(from.minutes().count());
  const auto s = static_cast<unsigned>(from.seconds().count());
  const unsigned first_minute = member_from(minutes_, 0);
  const unsigned first_second = member_from(seconds_, 0);
  const auto time = [](unsigned hour, unsigned minute, unsigned second) {
    return hours(hour) + minutes(minute) + seconds(second);
  };
  if (has(hours_, h)) {
    if (has(minutes_, m))
      if (const auto second = member_from(seconds_, s); second < 60) return time(h, m, second);
    if (const auto minute = member_from(minutes_, m + 1); minute < 60) return time(h, minute, first_second);
  }
  if (const auto hour = member_from(hours_, h + 1); hour < 24) return time(hour, first_minute, first_second);
  return std::nullopt;
}

// The first match of the calendar and the clock in `from <= t < end`.  [C1]
std::optional<CronExpression::Local> CronExpression::match_between(Local from, Local end) const {
  auto day = floor<days>(from);
  auto of_day = from - day;
  while (Local(day) < end) {
    const year_month_day date(day);
    const auto month_bit = static_cast<unsigned>(date.month());
    if (!has(months_, month_bit)) {
      const unsigned month = member_from(months_, month_bit);
      day = month <= 12 ? local_days(date.year() / std::chrono::month(month) / 1)
                        : local_days((date.year() + years(1)) / std::chrono::month(member_from(months_, 1)) / 1);
    } else {
      if (matches(day))
        if (const auto time = time_from(of_day)) return day + *time < end ? std::optional(day + *time) : std::nullopt;
      day += days(1);
    }
    of_day = seconds(0);
  }
  return std::nullopt;
}

// The first instant of the span that is not before `from`. `offset_before` is that of the span before it: where the
// clock has jumped forward the span answers for the gap, where it has jumped back for what is shown the second time.
std::optional<sys_seconds> CronExpression::match_in(const TimeZone::Span& span, seconds offset_before,
                                                    sys_seconds from) const {
  std::optional<sys_seconds> of_gap;
  if (offset_before < span.offset) {
    const Local gap_end = to_local(span.begin, span.offset);
    if (elapsed_) {
      if (const auto skipped = match_between(to_local(from, offset_before), gap_end))  // the old clock goes on  [C3]
        of_gap = to_sys(*skipped, offset_before);
    } else if (from == span.begin && match_between(to_local(from, offset_before), gap_end)) {
      return span.begin;  // [C2]
    }
  }
  Local begin = to_local(from, span.offset);
  if (!elapsed_) begin = std::max(begin, to_local(span.begin, offset_before));  // shown before: it has run  [C2]
  const auto regular = match_between(begin, to_local(span.end, span.offset));
  if (!regular) return of_gap;
  const sys_seconds at = to_sys(*regular, span.offset);
  return of_gap ? std::min(*of_gap, at) : at;
}

TimePoint CronExpression::next(TimePoint after) const {
  if (after >= kEndOfTime) return TimePoint::max();
  sys_seconds from = std::max(floor<seconds>(after) + seconds(1), kEarliest);
  while (from < kEndOfTime) {
    TimeZone::Span span = zone_->span_at(from);
    const auto before = zone_->span_at(span.begin - seconds(1)).offset;
    span.end = std::min(span.end, kEndOfTime);
    if (const auto found = match_in(span, before, from)) return *found;
    from = span.end;
  }
  return TimePoint::max();
}

std::string CronExpression::text() const {
  return zone_name_.empty() ? text_ : fmt::format("{} ({})", text_, zone_name_);
}

}  // namespace oculus::collect
