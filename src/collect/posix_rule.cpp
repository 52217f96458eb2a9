#include "collect/posix_rule.hpp"

#include <algorithm>

namespace oculus::collect {

using namespace std::chrono;

// A cursor over the text; once something does not fit, `good` stays false.
class PosixRule::Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool good() const { return good_; }
  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void need(char wanted) { good_ = take(wanted) && good_; }

  void skip_name() {  // `CET` or `<+0330>`
    std::size_t length = 0;
    if (take('<')) {
      length = std::min(rest_.find('>'), rest_.size());
      rest_.remove_prefix(length);
      return need('>');
    }
    while (length < rest_.size() && is_letter(rest_[length])) ++length;
    rest_.remove_prefix(length);
    good_ = good_ && length > 0;
  }
  unsigned number(unsigned least, unsigned most) {
    unsigned value = 0;
    std::size_t length = 0;
    for (; length < rest_.size() && length < 4 && is_digit(rest_[length]); ++length)
      value = value * 10 + static_cast<unsigned>(rest_[length] - '0');
    rest_.remove_prefix(length);
    good_ = good_ && length > 0 && value >= least && value <= most;
    return value;
  }
  seconds time() {  // `[+-]h[:m[:s]]`
    const bool negative = take('-');
    if (!negative) take('+');
    seconds length = hours(number(0, 167));
    if (take(':')) length += minutes(number(0, 59));
    if (take(':')) length += seconds(number(0, 59));
    return negative ? -length : length;
  }
  bool next_is_time() const { return !rest_.empty() && rest_.front() != ','; }
  Day day() {
    Day day;
    if (take('M')) {
      day.month = number(1, 12);
      need('.');
      day.week = number(1, 5);
      need('.');
      day.day = number(0, 6);
    } else if (take('J')) {
      day.kind = Day::Kind::without_leap_day;
      day.day = number(1, 365);
    } else {
      day.kind = Day::Kind::with_leap_day;
      day.day = number(0, 365);
    }
    if (take('/')) day.time = time();
    return day;
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view rest_;
  bool good_ = true;
};

std::optional<PosixRule> PosixRule::parse(std::string_view text) {
  Reader in(text);
  PosixRule rule;
  in.skip_name();
  rule.standard_ = -in.time();  // POSIX counts westward
  if (!in.at_end()) {
    in.skip_name();
    Summer summer{.offset = rule.standard_ + hours(1), .begin = {}, .end = {}};
    if (in.next_is_time()) summer.offset = -in.time();
    in.need(',');
    summer.begin = in.day();
    in.need(',');
    summer.end = in.day();
    rule.summer_ = summer;
  }
  if (!in.good() || !in.at_end()) return std::nullopt;
  return rule;
}

local_seconds PosixRule::Day::in(std::chrono::year year) const {
  const local_days new_year(year / January / 1);
  switch (kind) {
    case Kind::weekday_of_month: {
      const auto in_month = year / std::chrono::month(month);
      if (week == 5) return local_days(in_month / weekday(day)[last]) + time;
      return local_days(in_month / weekday(day)[week]) + time;
    }
    case Kind::without_leap_day:  // 1 to 365, 29 February is never counted
      return new_year + days(day - 1) + days(year.is_leap() && day >= 60 ? 1 : 0) + time;
    case Kind::with_leap_day:
      break;
  }
  return new_year + days(day) + time;
}

std::array<OffsetChange, 2> PosixRule::changes(std::chrono::year year) const {
  const auto instant = [](local_seconds local, seconds offset) {
    return sys_seconds(local.time_since_epoch() - offset);
  };
  std::array<OffsetChange, 2> both = {{{instant(summer_->begin.in(year), standard_), summer_->offset},
                                       {instant(summer_->end.in(year), summer_->offset), standard_}}};
  if (both[1].at < both[0].at) std::swap(both[0], both[1]);  // the southern half of the world
  return both;
}

}  // namespace oculus::collect
