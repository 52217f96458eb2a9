// Cron over daylight-saving changes; the expected instants were worked out by hand from the published rules.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

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
  const auto cron = CronExpression::parse("0 0 * * *", "Europe/Berln", {"oculus.yaml", 3, 9});
  ASSERT_FALSE(cron);
  EXPECT_EQ(cron.error().text(),
            "oculus.yaml:3:9: there is no time zone 'Europe/Berln'; the nearest known zone is Europe/Berlin");
  for (const auto* const wrong : {"../../../etc/passwd", "/etc/localtime", "Europe", "Europe/", "zone.tab", "CEST+"})
    EXPECT_FALSE(CronExpression::parse("0 0 * * *", wrong)) << wrong;
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

INSTANTIATE_TEST_SUITE_P(Zones, TimeZoneAgainstLibc,
                         testing::Values("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin",
                                         "America/Santiago", "Africa/Casablanca", "Africa/Cairo", "America/Nuuk",
                                         "Asia/Gaza", "Asia/Kolkata", "Asia/Tehran", "Pacific/Apia", "Pacific/Chatham",
                                         "Antarctica/Troll", "America/Sao_Paulo", "Europe/Istanbul", "Etc/GMT+5",
                                         "EST5EDT"));

}  // namespace
}  // namespace oculus::collect
