// The rule by which a time zone goes on for ever, such as `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX TZ, RFC 9636
// section 3.3.1). Plain values; any thread.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace oculus::collect {

/// From `at` on, local time is UTC plus `offset`.
struct OffsetChange {
  std::chrono::sys_seconds at;
  std::chrono::seconds offset;
};

class PosixRule {
 public:
  /// Empty for a text that is not such a rule.
  static std::optional<PosixRule> parse(std::string_view text);

  /// Of a zone that does not change its clocks.
  [[nodiscard]] bool is_fixed() const noexcept { return !summer_; }
  [[nodiscard]] std::chrono::seconds standard_offset() const noexcept { return standard_; }

  /// Both changes of a year of the local calendar, the earlier one first. Not for a fixed rule.
  [[nodiscard]] std::array<OffsetChange, 2> changes(std::chrono::year year) const;

 private:
  struct Day {
    enum class Kind { weekday_of_month, without_leap_day, with_leap_day };
    Kind kind = Kind::weekday_of_month;
    unsigned month = 1, week = 1;
    unsigned day = 0;                     // of the week, or of the year
    std::chrono::seconds time{2 * 3600};  // since local midnight; may lie days away from it

    [[nodiscard]] std::chrono::local_seconds in(std::chrono::year year) const;
  };
  struct Summer {
    std::chrono::seconds offset;
    Day begin, end;
  };
  class Reader;

  std::chrono::seconds standard_{0};
  std::optional<Summer> summer_;
};

}  // namespace oculus::collect
