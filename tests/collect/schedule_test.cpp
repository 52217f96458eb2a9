#include "collect/schedule.hpp"

#include <gtest/gtest.h>

#include <set>

namespace oculus::collect {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

const TimePoint kNow = *parse_instant("2026-05-04T03:02:01.000500Z", {});

TEST(Schedule, IsThirtySecondsUnlessTold) {
  EXPECT_EQ(Schedule().interval(), 30s);
  EXPECT_EQ(Schedule().text(), "30s");
}

TEST(Schedule, KeepsTheDistanceOfItsInterval) {
  for (const microseconds interval :
       {microseconds(1s), microseconds(1500ms), microseconds(90s), microseconds(30 * 24h)}) {
    const auto schedule = Schedule::every(interval);
    ASSERT_TRUE(schedule);
    const TimePoint first = schedule->next(kNow, "api-health");
    EXPECT_GT(first, kNow);
    EXPECT_LE(first - kNow, interval);
    EXPECT_EQ(first, floor<milliseconds>(first));
    TimePoint at = first;
    for (int i = 1; i <= 100; ++i) {
      at = schedule->next(at, "api-health");
      ASSERT_EQ(at - first, i * interval);
    }
  }
}

TEST(Schedule, IsStableByName) {
  const auto schedule = *Schedule::every(60s);
  // printf gw | xxhsum -H1: 31ba9e14f43619b2; modulo 60,000,000 us in whole ms
  const auto phase = milliseconds(0x31ba9e14f43619b2 % 60'000'000 / 1000);
  EXPECT_EQ((schedule.next(kNow, "gw") - floor<minutes>(kNow)) % 1min, phase);
  EXPECT_EQ(schedule.next(from_us(0), "gw"), from_us(0) + phase);
  EXPECT_EQ(schedule.next(from_us(-1) - 60s, "gw"), from_us(0) - 60s + phase);  // before 1970 too
}

TEST(Schedule, SpreadsNamesOverTheInterval) {
  const auto schedule = *Schedule::every(10s);
  std::set<std::int64_t> seconds_used;
  for (int i = 0; i < 200; ++i)
    seconds_used.insert(floor<seconds>(schedule.next(kNow, "probe-" + std::to_string(i)) - kNow).count());
  EXPECT_EQ(seconds_used.size(), 10U);
}

TEST(Schedule, ASlotIsNeverTheInstantAsked) {
  const auto schedule = *Schedule::every(1s);
  const TimePoint slot = schedule.next(kNow, "x");
  EXPECT_EQ(schedule.next(slot - 1us, "x"), slot);
  EXPECT_EQ(schedule.next(slot, "x"), slot + 1s);
}

TEST(Schedule, KnowsItsLimits) {
  EXPECT_TRUE(Schedule::every(1s));
  EXPECT_TRUE(Schedule::every(days(30)));
  for (const auto& [interval, text] : std::initializer_list<std::pair<microseconds, std::string>>{
           {999ms, "999ms"}, {0us, "0s"}, {-1s, "-1s"}, {days(30) + 1s, "30d1s"}}) {
    const auto refused = Schedule::every(interval, {"oculus.yaml", 5, 17});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text(), "oculus.yaml:5:17: interval " + text + " is out of range; 1s to 30d");
  }
}

TEST(Schedule, FollowsCron) {
  const auto schedule = Schedule::cron("0 7 * * *", "Europe/Berlin");
  ASSERT_TRUE(schedule);
  EXPECT_EQ(schedule->interval(), std::nullopt);
  EXPECT_EQ(schedule->text(), "0 7 * * * (Europe/Berlin)");
  EXPECT_EQ(to_rfc3339(schedule->next(kNow, "any name")), "2026-05-04T05:00:00Z");
  EXPECT_FALSE(Schedule::cron("0 7 * *", ""));
  EXPECT_FALSE(Schedule::cron("0 7 * * *", "Europe/Atlantis"));
}

}  // namespace
}  // namespace oculus::collect
