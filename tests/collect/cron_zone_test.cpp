// Cron over daylight-saving changes; the expected instants were worked out by hand from the published rules.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <random>
#include <set>

#include "collect/cron.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

struct Change {
  std::string_view zone, after;
};
// The clock goes from 02:00 to 03:00 at 01:00Z, and from 03:00 back to 02:00 at 01:00Z.
constexpr Change kBerlinSpring{"Europe/Berlin", "2026-03-28T12:00:00Z"};
constexpr Change kBerlinAutumn{"Europe/Berlin", "2026-10-24T12:00:00Z"};
// 02:00 to 03:00 at 07:00Z, 02:00 back to 01:00 at 06:00Z.
constexpr Change kNewYorkSpring{"America/New_York", "2026-03-07T17:00:00Z"};
constexpr Change kNewYorkAutumn{"America/New_York", "2026-10-31T17:00:00Z"};
// Half an hour: 02:00 to 02:30 at 15:30Z the day before, 02:00 back to 01:30 at 15:00Z the day before.
constexpr Change kLordHoweSpring{"Australia/Lord_Howe", "2026-10-03T03:00:00Z"};
constexpr Change kLordHoweAutumn{"Australia/Lord_Howe", "2026-04-04T03:00:00Z"};

void check(const Change& change, std::string_view expression, const std::vector<std::string>& expected) {
  const auto cron = CronExpression::parse(expression, change.zone);
  ASSERT_TRUE(cron) << cron.error().text();
  TimePoint at = *parse_instant(change.after, {});
  for (const auto& run : expected) {
    at = cron->next(at);
    EXPECT_EQ(to_rfc3339(at), run) << expression << " in " << change.zone;
  }
}

TEST(CronZone, RunsADailyJobOnceOverBothChanges) {
  check(kBerlinSpring, "30 4 * * *", {"2026-03-29T02:30:00Z", "2026-03-30T02:30:00Z"});
  check(kBerlinAutumn, "30 4 * * *", {"2026-10-25T03:30:00Z", "2026-10-26T03:30:00Z"});
  check(kNewYorkSpring, "0 0 * * *", {"2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"});
  check(kNewYorkAutumn, "0 0 * * *", {"2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"});
}

TEST(CronZone, RunsASkippedTimeAtTheEndOfTheGap) {
  check(kBerlinSpring, "30 2 * * *", {"2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"});
  check(kBerlinSpring, "0 2 * * *", {"2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"});
  check(kBerlinSpring, "15 59 2 * * *", {"2026-03-29T01:00:00Z", "2026-03-30T00:59:15Z"});
  check(kNewYorkSpring, "30 2 * * *", {"2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"});
  check(kLordHoweSpring, "15 2 * * *", {"2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"});
  check(kLordHoweSpring, "30 2 * * *", {"2026-10-03T15:30:00Z", "2026-10-04T15:30:00Z"});  // exists: the end of the gap
}

TEST(CronZone, RunsSeveralSkippedTimesOnce) {
  check(kBerlinSpring, "0,20,40 2,3 * * *",
        {"2026-03-29T01:00:00Z", "2026-03-29T01:20:00Z", "2026-03-29T01:40:00Z", "2026-03-30T00:00:00Z"});
}

TEST(CronZone, RunsARepeatedTimeTheFirstTime) {
  check(kBerlinAutumn, "30 2 * * *", {"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"});
  check(kBerlinAutumn, "0 2,3 * * *", {"2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", "2026-10-26T01:00:00Z"});
  check(kNewYorkAutumn, "59 1 * * *", {"2026-11-01T05:59:00Z", "2026-11-02T06:59:00Z"});
  check(kLordHoweAutumn, "45 1 * * *", {"2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"});
  check(kLordHoweAutumn, "15 1 * * *",
        {"2026-04-04T14:15:00Z", "2026-04-05T14:45:00Z"});  // not in the repeated half hour
}

TEST(CronZone, StartedWithinTheRepeatedHourWaitsForTheNextDay) {
  check({"Europe/Berlin", "2026-10-25T01:10:00Z"}, "30 2 * * *", {"2026-10-26T01:30:00Z"});
}

TEST(CronZone, LetsHourlyJobsFollowElapsedTime) {
  check(kBerlinSpring, "30 * * * *", {"2026-03-28T12:30:00Z", "2026-03-28T13:30:00Z"});
  check({"Europe/Berlin", "2026-03-29T00:00:00Z"}, "30 * * * *",
        {"2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"});
  check({"Europe/Berlin", "2026-10-24T23:59:00Z"}, "30 * * * *",
        {"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"});
  check({"America/New_York", "2026-11-01T05:00:00Z"}, "*/30 * * * *",
        {"2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:00:00Z"});
  check({"America/New_York", "2026-03-08T06:20:00Z"}, "*/20 * * * *",
        {"2026-03-08T06:40:00Z", "2026-03-08T07:00:00Z", "2026-03-08T07:20:00Z"});
}

TEST(CronZone, LetsTheOldClockGoOnAcrossAGap) {
  // 00:00, then 02:00 of the old clock (03:00 of the new), then 04:00.
  check({"Europe/Berlin", "2026-03-28T22:59:00Z"}, "0 */2 * * *",
        {"2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z", "2026-03-29T04:00:00Z"});
  // All four quarters of an hour that the clock skips.
  check({"Europe/Berlin", "2026-03-28T12:00:00Z"}, "*/15 2 * * *",
        {"2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z", "2026-03-29T01:30:00Z", "2026-03-29T01:45:00Z",
         "2026-03-30T00:00:00Z"});
  check({"Australia/Lord_Howe", "2026-10-03T14:30:00Z"}, "*/15 * * * *",
        {"2026-10-03T14:45:00Z", "2026-10-03T15:00:00Z", "2026-10-03T15:15:00Z", "2026-10-03T15:30:00Z",
         "2026-10-03T15:45:00Z", "2026-10-03T16:00:00Z"});
}

TEST(CronZone, CountsBothPassesOfARepeatedHalfHour) {
  check({"Australia/Lord_Howe", "2026-04-04T14:30:00Z"}, "*/15 * * * *",
        {"2026-04-04T14:45:00Z", "2026-04-04T15:00:00Z", "2026-04-04T15:15:00Z", "2026-04-04T15:30:00Z"});
}

TEST(CronZone, KeepsADayThatACountrySkipped) {  // Samoa went from 29 to 31 December 2011
  check({"Pacific/Apia", "2011-12-29T00:00:00Z"}, "0 12 * * *",
        {"2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z"});
}

TEST(CronZone, RunsEveryDayOnceForDecades) {
  for (const auto* const zone : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"})
    for (const auto* const time : {"30 2", "15 1", "0 0", "59 23"}) {
      const auto cron = CronExpression::parse(std::string(time) + " * * *", zone);
      ASSERT_TRUE(cron);
      TimePoint at = *parse_instant("2026-01-01T12:00:00Z", {});
      int runs = 0;
      for (const TimePoint end = *parse_instant("2066-01-01T12:00:00Z", {}); (at = cron->next(at)) <= end;) ++runs;
      EXPECT_EQ(runs, 14'610) << zone << ' ' << time;  // 40 years with ten leap days
    }
}

TEST(CronZone, NamesTheNearestZone) {
  const auto cron = CronExpression::parse("0 0 * * *", "Europe/Berln", {"oculus.yaml", 2, 9}, {"oculus.yaml", 3, 9});
  ASSERT_FALSE(cron);
  EXPECT_EQ(cron.error().text(),
            "oculus.yaml:3:9: there is no time zone 'Europe/Berln'; the nearest known zone is Europe/Berlin");
  for (const auto* const wrong : {"../../../etc/passwd", "/etc/localtime", "Europe", "Europe/", "zone.tab", "CEST+"})
    EXPECT_FALSE(CronExpression::parse("0 0 * * *", wrong)) << wrong;
}

TEST(CronZone, TakesADailyJobForOneHoweverItIsWritten) {
  // Midnight does not exist in Santiago on 2026-09-06, and 23:00 comes twice on 2026-04-04.
  check({"America/Santiago", "2026-09-05T12:00:00Z"}, "0 */24 * * *", {"2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"});
  check({"America/Santiago", "2026-04-04T12:00:00Z"}, "*/60 23/2 * * *",
        {"2026-04-05T02:00:00Z", "2026-04-06T03:00:00Z"});
}

TEST(CronZone, SharesAZoneWhileSomebodyUsesIt) {
  const auto one = TimeZone::find("Europe/Paris");
  ASSERT_TRUE(one);
  EXPECT_EQ(*one, *TimeZone::find("Europe/Paris"));
}

TEST(CronZone, ShowsItsZone) {
  EXPECT_EQ(CronExpression::parse("0 7 * * 1-5", "Europe/Berlin")->text(), "0 7 * * 1-5 (Europe/Berlin)");
  EXPECT_EQ(CronExpression::parse("@daily")->text(), "@daily");
}

// The C library reads the same files on its own.
class TimeZoneAgainstLibc : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    setenv("TZ", GetParam(), 1);
    tzset();
  }
  void TearDown() override {
    unsetenv("TZ");
    tzset();
  }
  static seconds libc_offset(sys_seconds at) {
    const time_t t = at.time_since_epoch().count();
    tm broken{};
    localtime_r(&t, &broken);
    return seconds(broken.tm_gmtoff);
  }
};

TEST_P(TimeZoneAgainstLibc, AgreesOverTwoCenturies) {
  const auto zone = TimeZone::find(GetParam());
  ASSERT_TRUE(zone) << zone.error().text();
  const sys_seconds end = sys_days(2150y / 1 / 1);
  sys_seconds at = sys_days(1950y / 1 / 1);
  while (at < end) {
    const auto span = (*zone)->span_at(at);
    ASSERT_LE(span.begin, at);
    ASSERT_GT(span.end, at);
    const auto probe_end = std::min(span.end, end);
    for (const auto t : {at, at + (probe_end - at) / 2, probe_end - 1s})
      ASSERT_EQ(span.offset, libc_offset(t)) << GetParam() << ' ' << to_rfc3339(t);
    for (auto t = at; t < probe_end; t += days(5))
      ASSERT_EQ(span.offset, libc_offset(t)) << GetParam() << to_rfc3339(t);
    at = probe_end;
  }
}

// Every minute of days around changes, held against what the C library's clock shows. Nothing of ours but the parsing
// of fields is in the oracle: a list of the values of each.
class CronAgainstLibc : public TimeZoneAgainstLibc {
 protected:
  struct Fields {
    std::set<int> minutes, hours;
    bool elapsed = false;
    std::string text;
  };
  struct Shown {
    int minute, hour;
    std::int64_t local;  // seconds of the local calendar
  };
  static Shown shown(std::int64_t t) {
    const time_t at = t;
    tm broken{};
    localtime_r(&at, &broken);
    return {broken.tm_min, broken.tm_hour, t + broken.tm_gmtoff};
  }
  static bool of(const Fields& fields, std::int64_t local) {
    return fields.minutes.contains(static_cast<int>(local / 60 % 60)) &&
           fields.hours.contains(static_cast<int>(local / 3600 % 24));
  }
  Fields random_fields() {
    Fields made;
    const auto field = [&](int most, std::set<int>& values) {
      const bool runs = pick(0, 1) == 1;
      const int step = pick(1, most / 2);
      if (runs)
        for (int v = 0; v <= most; v += step) values.insert(v);
      else
        for (int left = pick(1, 3); left > 0; --left) values.insert(pick(0, most));
      if (runs && values.size() > 1) made.elapsed = true;
      if (runs) return fmt::format("*/{}", step);
      return fmt::format("{}", fmt::join(values, ","));
    };
    made.text = field(59, made.minutes);
    made.text += " " + field(23, made.hours) + " * * *";
    return made;
  }
  int pick(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }

  // Whether it runs in the minute that begins at `t`. A clock that is set does so on a whole minute.
  static bool runs_at(const Fields& fields, std::int64_t t) {
    constexpr std::int64_t kReach = 86'400;  // no change is as long, save those of a whole day
    const std::int64_t local = shown(t).local;
    if (of(fields, local) && (fields.elapsed || !was_shown(local, t, kReach))) return true;
    for (std::int64_t back = t; back > t - kReach; back -= 60) {  // is there a gap behind us?
      const std::int64_t jump = shown(back).local - shown(back - 60).local - 60;
      if (jump <= 0) continue;
      if (!fields.elapsed) {
        if (back != t) continue;
        for (std::int64_t skipped = local - jump; skipped < local; skipped += 60)
          if (of(fields, skipped)) return true;
      } else if (t - back < jump && of(fields, local - jump)) {
        return true;  // by the old clock
      }
    }
    return false;
  }
  static bool was_shown(std::int64_t local, std::int64_t t, std::int64_t reach) {
    for (std::int64_t back = t - 60; back > t - reach; back -= 60)
      if (shown(back).local == local) return true;
    return false;
  }

  std::mt19937 random_{20260329};
};

TEST_P(CronAgainstLibc, AgreesMinuteByMinuteAroundChanges) {
  const auto zone = TimeZone::find(GetParam());
  ASSERT_TRUE(zone);
  sys_seconds at = sys_days(2024y / 1 / 1);
  for (int changes = 0; changes < 4; ++changes) {
    const sys_seconds change = (*zone)->span_at(at).end;
    if (change > sys_days(2040y / 1 / 1)) break;
    for (int expressions = 0; expressions < 12; ++expressions) {
      const Fields fields = random_fields();
      const auto cron = CronExpression::parse(fields.text, GetParam());
      ASSERT_TRUE(cron) << fields.text;
      const std::int64_t begin = (change - 90min).time_since_epoch().count() / 60 * 60;
      const std::int64_t end = begin + 5 * 3600;
      std::vector<std::string> expected, found;
      for (std::int64_t t = begin + 60; t <= end; t += 60)
        if (runs_at(fields, t)) expected.push_back(to_rfc3339(TimePoint(seconds(t))));
      for (TimePoint t = cron->next(TimePoint(seconds(begin))); t <= TimePoint(seconds(end)); t = cron->next(t))
        found.push_back(to_rfc3339(t));
      ASSERT_EQ(found, expected) << fields.text << " in " << GetParam() << " around " << to_rfc3339(change);
    }
    at = change;
  }
}

INSTANTIATE_TEST_SUITE_P(Zones, CronAgainstLibc,
                         testing::Values("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin",
                                         "America/Santiago", "Africa/Casablanca", "Africa/Cairo", "Asia/Gaza",
                                         "Pacific/Chatham", "Antarctica/Troll", "America/Havana"));

INSTANTIATE_TEST_SUITE_P(Zones, TimeZoneAgainstLibc,
                         testing::Values("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin",
                                         "America/Santiago", "Africa/Casablanca", "Africa/Cairo", "America/Nuuk",
                                         "Asia/Gaza", "Asia/Kolkata", "Asia/Tehran", "Pacific/Apia", "Pacific/Chatham",
                                         "Antarctica/Troll", "America/Sao_Paulo", "Europe/Istanbul", "Etc/GMT+5",
                                         "EST5EDT"));

}  // namespace
}  // namespace oculus::collect
