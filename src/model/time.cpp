#include "model/time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "model/duration.hpp"

namespace oculus {
namespace {

using namespace std::chrono;

// A cursor over fixed-width RFC 3339 fields; `take` fails once and for all.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int number = 0;
    if (rest_.size() < count) return fail();
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return fail();
      number = number * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }
  char any_of(std::string_view wanted) {
    if (rest_.empty() || !wanted.contains(rest_.front())) {
      fail();
      return '\0';
    }
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }
  bool next_is(char wanted) const { return !rest_.empty() && rest_.front() == wanted; }
  microseconds fraction() {
    std::int64_t value = 0;
    int taken = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1))
      if (taken < 6) {
        value = value * 10 + (rest_.front() - '0');
        ++taken;
      }
    if (taken == 0) fail();
    for (; taken < 6; ++taken) value *= 10;
    return microseconds(value);
  }
  bool good() const { return good_ && rest_.empty(); }

 private:
  int fail() {
    good_ = false;
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
  Fields in(text);
  const year y(in.digits(4));
  in.any_of("-");
  const month m(static_cast<unsigned>(in.digits(2)));
  in.any_of("-");
  const day d(static_cast<unsigned>(in.digits(2)));
  in.any_of("Tt ");
  const int hour = in.digits(2);
  in.any_of(":");
  const int minute = in.digits(2);
  in.any_of(":");
  const int second = in.digits(2);
  microseconds fraction{0};
  if (in.next_is('.')) {
    in.any_of(".");
    fraction = in.fraction();
  }
  const char zone = in.any_of("Zz+-");
  minutes offset{0};
  if (zone == '+' || zone == '-') {
    const int offset_hours = in.digits(2);
    in.any_of(":");
    const int offset_minutes = in.digits(2);
    if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    offset = hours(offset_hours) + minutes(offset_minutes);
    if (zone == '-') offset = -offset;
  }
  const year_month_day date(y, m, d);
  if (!in.good() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + fraction - offset;
}

}  // namespace

TimePoint now() noexcept { return time_point_cast<microseconds>(system_clock::now()); }
TimePoint now_ms() noexcept { return floor<milliseconds>(system_clock::now()); }

std::string to_rfc3339(TimePoint at) {
  const auto days = floor<std::chrono::days>(at);
  const year_month_day date(days);
  const hh_mm_ss time(at - days);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 time.hours().count(), time.minutes().count(), time.seconds().count());
  if (const auto us = time.subseconds().count(); us % 1000 != 0)
    text += fmt::format(".{:06}", us);
  else if (us != 0)
    text += fmt::format(".{:03}", us / 1000);
  return text + 'Z';
}

Result<TimePoint> parse_instant(std::string_view text, TimePoint reference) {
  std::int64_t us = 0;
  const char* const end = text.data() + text.size();
  if (const auto [rest, status] = std::from_chars(text.data(), end, us); status == std::errc() && rest == end)
    return from_us(us);
  if (const auto at = parse_rfc3339(text)) return *at;
  if (const auto back = parse_duration(text)) {
    if (to_us(reference) < std::numeric_limits<std::int64_t>::min() + back->count()) return TimePoint::min();
    return reference - *back;
  }
  return invalid(
      fmt::format("'{}' is not a time", text),
      "microseconds since 1970, RFC 3339 such as 2026-01-31T12:00:00Z, or a duration back from now such as 1h");
}

}  // namespace oculus
