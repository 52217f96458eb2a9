#include "collect/cron.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

namespace oculus::collect {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

TimePoint utc(std::string_view text) { return *parse_instant(text, {}); }

// The first few runs after a time, as RFC 3339.
void check(std::string_view expression, std::string_view after, const std::vector<std::string>& expected) {
  const auto cron = CronExpression::parse(expression);
  ASSERT_TRUE(cron) << cron.error().text();
  TimePoint at = utc(after);
  for (const auto& run : expected) {
    at = cron->next(at);
    EXPECT_EQ(to_rfc3339(at), run) << expression;
  }
}

TEST(Cron, ReadsFiveFields) {
  check("30 4 * * *", "2026-01-01T00:00:00Z", {"2026-01-01T04:30:00Z", "2026-01-02T04:30:00Z"});
  check("*/20 * * * *", "2026-01-01T00:00:00Z",
        {"2026-01-01T00:20:00Z", "2026-01-01T00:40:00Z", "2026-01-01T01:00:00Z"});
  check("5/25 8-9 * * *", "2026-01-01T08:05:00Z",
        {"2026-01-01T08:30:00Z", "2026-01-01T08:55:00Z", "2026-01-01T09:05:00Z"});
  check("0 0,12-14,20-23/2 * * *", "2026-01-01T00:00:00Z",
        {"2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z", "2026-01-01T14:00:00Z", "2026-01-01T20:00:00Z",
         "2026-01-01T22:00:00Z", "2026-01-02T00:00:00Z"});
  check("  0\t0  31 * ? ", "2026-01-31T00:00:00Z", {"2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"});
}

TEST(Cron, ReadsSecondsFirst) {
  check("*/25 0 0 * * *", "2026-01-01T00:00:00Z",
        {"2026-01-01T00:00:25Z", "2026-01-01T00:00:50Z", "2026-01-02T00:00:00Z"});
  check("59 59 23 31 12 *", "2026-01-01T00:00:00Z", {"2026-12-31T23:59:59Z", "2027-12-31T23:59:59Z"});
}

TEST(Cron, ReadsNamesInAnyCase) {
  check("0 0 1 JAN,jul *", "2026-01-01T00:00:00Z", {"2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z"});
  check("0 9 * * Mon-FRI", "2026-01-02T09:00:00Z", {"2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z"});  // Friday, Monday
}

TEST(Cron, KnowsSundayAsZeroAndSeven) {
  for (const auto* const sunday : {"0", "7", "sun", "7-7", "0-0"})
    check(std::string("0 0 * * ") + sunday, "2026-01-01T00:00:00Z", {"2026-01-04T00:00:00Z", "2026-01-11T00:00:00Z"});
  for (const auto* const weekend : {"6-7", "sat-sun", "6,0", "6-7/1"})
    check(std::string("0 0 * * ") + weekend, "2026-01-01T00:00:00Z",
          {"2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z", "2026-01-10T00:00:00Z"});
}

TEST(Cron, CountsStepsOfWeekdaysFromSundayToSaturday) {
  check("0 0 * * */3", "2026-01-03T00:00:00Z",  // Sunday, Wednesday, Saturday, Sunday
        {"2026-01-04T00:00:00Z", "2026-01-07T00:00:00Z", "2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z"});
  check("0 0 * * 1/2", "2026-01-03T00:00:00Z",  // Monday, Wednesday, Friday, Monday
        {"2026-01-05T00:00:00Z", "2026-01-07T00:00:00Z", "2026-01-09T00:00:00Z", "2026-01-12T00:00:00Z"});
}

TEST(Cron, TakesEitherDayWhenBothAreRestricted) {
  check("0 0 13 * fri", "2026-01-30T00:00:00Z",
        {"2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z", "2026-02-27T00:00:00Z",
         "2026-03-06T00:00:00Z", "2026-03-13T00:00:00Z"});
  check("0 0 30 2 mon", "2026-01-01T00:00:00Z", {"2026-02-02T00:00:00Z"});  // the date never comes, the Monday does
}

TEST(Cron, TakesBothDaysWhenOneBeginsWithAStar) {
  check("0 0 */2 * mon", "2026-01-01T00:00:00Z",
        {"2026-01-05T00:00:00Z", "2026-01-19T00:00:00Z", "2026-02-09T00:00:00Z"});
}

TEST(Cron, KnowsTheShorthands) {
  constexpr auto kAfter = "2026-02-03T04:05:06Z";
  check("@hourly", kAfter, {"2026-02-03T05:00:00Z", "2026-02-03T06:00:00Z"});
  check("@daily", kAfter, {"2026-02-04T00:00:00Z"});
  check("@MIDNIGHT", kAfter, {"2026-02-04T00:00:00Z"});
  check("@weekly", kAfter, {"2026-02-08T00:00:00Z", "2026-02-15T00:00:00Z"});
  check("@monthly", kAfter, {"2026-03-01T00:00:00Z"});
  check("@yearly", kAfter, {"2027-01-01T00:00:00Z"});
  check("@annually", kAfter, {"2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"});
}

TEST(Cron, FindsDaysThatLieDecadesAway) {
  check("0 0 29 2 *", "2026-01-01T00:00:00Z", {"2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"});
  check("0 0 29 2 *", "2096-02-29T00:00:00Z", {"2104-02-29T00:00:00Z"});  // 2100 is no leap year
  check("0 0 29 2 */7", "2072-03-01T00:00:00Z", {"2088-02-29T00:00:00Z", "2128-02-29T00:00:00Z"});  // on a Sunday
}

TEST(Cron, RunsStrictlyAfter) {
  check("0 0 * * *", "2025-12-31T23:59:59.999999Z", {"2026-01-01T00:00:00Z"});
  check("0 0 * * *", "2026-01-01T00:00:00Z", {"2026-01-02T00:00:00Z"});
  check("* * * * * *", "2026-01-01T00:00:00.000001Z", {"2026-01-01T00:00:01Z"});
  check("0 0 * * *", "1969-12-30T23:59:59.5Z", {"1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"});
}

TEST(Cron, EndsWithTime) {
  const auto cron = CronExpression::parse("0 0 * * *");
  EXPECT_EQ(to_rfc3339(cron->next(utc("9999-12-30T12:00:00Z"))), "9999-12-31T00:00:00Z");
  EXPECT_EQ(cron->next(utc("9999-12-31T00:00:00Z")), TimePoint::max());
  EXPECT_EQ(cron->next(TimePoint::max()), TimePoint::max());
  EXPECT_LT(cron->next(TimePoint::min()), TimePoint{});
}

void check_refused(std::string_view expression, int column, std::string_view what, std::string_view expected) {
  const auto cron = CronExpression::parse(expression, {}, {"oculus.yaml", 7, 11});
  ASSERT_FALSE(cron) << expression;
  EXPECT_EQ(cron.error().kind, ErrorKind::invalid);
  EXPECT_EQ(cron.error().what, fmt::format("cron '{}', column {}: {}", expression, column, what));
  EXPECT_EQ(cron.error().expected, expected);
  EXPECT_EQ(cron.error().place, (Place{"oculus.yaml", 7, 10 + column}));
}

constexpr std::string_view kMinute = "*, 0-59, lists with ',' and steps with '/'";
constexpr std::string_view kWeekday = "*, 0-7, sun to sat, lists with ',' and steps with '/'";
constexpr std::string_view kMonth = "*, 1-12, jan to dec, lists with ',' and steps with '/'";
constexpr std::string_view kCount =
    "five or six: minute, hour, day of month, month, day of week, and before them seconds if wanted";

TEST(Cron, PointsAtWhatIsWrong) {
  check_refused("60 * * * *", 1, "minute 60 is out of range", "0 to 59");
  check_refused("0 24 * * *", 3, "hour 24 is out of range", "0 to 23");
  check_refused("0 0 0 * *", 5, "day of month 0 is out of range", "1 to 31");
  check_refused("0 0 * 13 *", 7, "month 13 is out of range", "1 to 12");
  check_refused("0 0 * * 8", 9, "day of week 8 is out of range", "0 to 7");
  check_refused("61 0 0 * * *", 1, "second 61 is out of range", "0 to 59");
  check_refused("0 99999999999999999999 * * *", 3, "hour 100000 is out of range", "0 to 23");
  check_refused("1,2,x * * * *", 5, "'x' is not a minute", kMinute);
  check_refused("1, * * * *", 3, "nothing where the minute needs a value", kMinute);
  check_refused(",1 * * * *", 1, "',' where the minute needs a value", kMinute);
  check_refused("1- * * * *", 3, "nothing where the minute needs a value", kMinute);
  check_refused("-1 * * * *", 1, "'-' where the minute needs a value", kMinute);
  check_refused("1.5 * * * *", 2, "'.' does not belong in the minute", kMinute);
  check_refused("** * * * *", 2, "'*' does not belong in the minute", kMinute);
  check_refused("50-10 * * * *", 1, "the range 50-10 of the minute runs backwards",
                "the smaller value first, or a list");
  check_refused("0 0 * * sat-mon", 9, "the range 6-1 of the day of week runs backwards",
                "the smaller value first, or a list");
  check_refused("*/0 * * * *", 3, "step 0 of the minute is out of range", "1 to 60; a field starts anew where it ends");
  check_refused("*/90 * * * *", 3, "step 90 of the minute is out of range",
                "1 to 60; a field starts anew where it ends");
  check_refused("*/ * * * *", 3, "the minute needs a whole number behind '/'", kMinute);
  check_refused("0 0 * * tuw", 9, "'tuw' is not a day of week", "the nearest known is tue");
  check_refused("0 0 * xyz *", 7, "'xyz' is not a month", kMonth);
  check_refused("0 0 * * 5L", 10, "'L' does not belong in the day of week", kWeekday);
  check_refused("0 0 L * *", 5, "'l' is not a day of month", "*, 1-31, lists with ',' and steps with '/'");
}

TEST(Cron, CountsItsFields) {
  check_refused("0 0 * *", 8, "4 fields", kCount);
  check_refused("0 0 0 * * * 2026", 13, "7 fields", kCount);
  check_refused("@daily 5", 8, "text behind @daily", "nothing");
  check_refused("@every", 1, "'@every' is not known", "@hourly @daily @midnight @weekly @monthly @yearly @annually");
  for (const auto* const blank : {"", "  \t "}) {
    const auto cron = CronExpression::parse(blank);
    ASSERT_FALSE(cron);
    EXPECT_EQ(cron.error().what, "the cron expression is empty");
  }
  const auto cron = CronExpression::parse(std::string(10'000, '1'));
  ASSERT_FALSE(cron);
  EXPECT_EQ(cron.error().text(), "the cron expression has 10000 characters; at most 1000");
}

TEST(Cron, RefusesDaysThatNeverCome) {
  constexpr std::string_view kExpected = "a day that one of the months has";
  check_refused("0 0 30 2 *", 5, "this day never comes", kExpected);
  check_refused("0 0 0 31 2,4,6,9,11 ?", 7, "this day never comes", kExpected);
  EXPECT_TRUE(CronExpression::parse("0 0 29 2 *"));
  EXPECT_TRUE(CronExpression::parse("0 0 31 2,3 *"));
}

// What the fields say, by the simplest means: one value at a time.
struct Naive {
  std::set<unsigned> seconds, minutes, hours, days, months, weekdays;
  bool either = false;

  [[nodiscard]] bool matches(TimePoint at) const {
    const auto day = floor<std::chrono::days>(at);
    const year_month_day date(day);
    const hh_mm_ss time(floor<std::chrono::seconds>(at - day));
    const auto in = [](const std::set<unsigned>& set, auto v) { return set.contains(static_cast<unsigned>(v)); };
    const bool by_date = in(days, static_cast<unsigned>(date.day()));
    const bool by_weekday = in(weekdays, weekday(day).c_encoding());
    return in(seconds, time.seconds().count()) && in(minutes, time.minutes().count()) &&
           in(hours, time.hours().count()) && in(months, static_cast<unsigned>(date.month())) &&
           (either ? by_date || by_weekday : by_date && by_weekday);
  }
};

class RandomCron {
 public:
  explicit RandomCron(unsigned seed) : random_(seed) {
    const std::string second = field(0, 59, naive.seconds, 1);
    const std::string minute = field(0, 59, naive.minutes, 1);
    const std::string hour = field(0, 23, naive.hours, 2);
    const std::string day = field(1, 31, naive.days, 2);
    const std::string month = field(1, 12, naive.months, 2);
    const std::string weekday = field(0, 6, naive.weekdays, 2);
    naive.either = day.front() != '*' && weekday.front() != '*';
    text = fmt::format("{} {} {} {} {} {}", second, minute, hour, day, month, weekday);
  }
  unsigned pick(unsigned least, unsigned most) { return std::uniform_int_distribution(least, most)(random_); }

  std::string text;
  Naive naive;

 private:
  std::string field(unsigned least, unsigned most, std::set<unsigned>& set, unsigned stars) {
    std::string made;
    const auto add = [&](unsigned low, unsigned high, unsigned step) {
      for (unsigned v = low; v <= high; v += step) set.insert(v);
    };
    if (pick(0, 3) < stars) {
      const unsigned step = pick(1, 4);
      add(least, most, step);
      return step == 1 ? "*" : fmt::format("*/{}", step);
    }
    for (unsigned items = pick(1, 3); items > 0; --items) {
      const unsigned low = pick(least, most), high = pick(low, most), step = pick(1, 9) % 7 + 1;
      if (!made.empty()) made += ',';
      switch (pick(0, 3)) {
        case 0:
          made += fmt::format("{}", low), add(low, low, 1);
          break;
        case 1:
          made += fmt::format("{}-{}", low, high), add(low, high, 1);
          break;
        case 2:
          made += fmt::format("{}-{}/{}", low, high, step), add(low, high, step);
          break;
        default:
          made += fmt::format("{}/{}", low, step), add(low, most, step);
          break;
      }
    }
    return made;
  }

  std::mt19937 random_;
};

// Walks second by second from a random instant; hours in which the naive reading cannot match are passed over in one
// step, so that months can be walked. Every expression is compared over several runs.
TEST(Cron, AgreesWithAWalkInUtc) {
  int compared = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    RandomCron random(seed);
    const auto cron = CronExpression::parse(random.text);
    if (!cron) {
      EXPECT_NE(cron.error().what.find("never comes"), std::string::npos) << random.text << cron.error().text();
      continue;
    }
    TimePoint at = from_us(0) + days(random.pick(0, 40'000)) + seconds(random.pick(0, 86'399));
    TimePoint found = at;
    for (int steps = 0; steps < 20'000;) {
      found += 1s;
      const auto hour = floor<hours>(found);
      if (found == hour) {
        ++steps;
        const year_month_day date(floor<days>(found));
        const auto of_day = static_cast<unsigned>((hour - floor<days>(found)).count());
        if (!random.naive.hours.contains(of_day) ||
            !random.naive.months.contains(static_cast<unsigned>(date.month()))) {
          found += 1h - 1s;
          continue;
        }
      }
      if (!random.naive.matches(found)) continue;
      ASSERT_EQ(to_rfc3339(cron->next(at)), to_rfc3339(found)) << random.text << " after " << to_rfc3339(at);
      at = found;
      steps += 1000;
      ++compared;
    }
  }
  EXPECT_GT(compared, 700);
}

}  // namespace
}  // namespace oculus::collect
