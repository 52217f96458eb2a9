#include "model/time.hpp"

#include <gtest/gtest.h>

namespace oculus {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

const TimePoint kNow = sys_days(2026y / 5 / 4) + 3h + 2min + 1s;

void check(TimePoint at, std::string_view text) {
  EXPECT_EQ(to_rfc3339(at), text);
  const auto back = parse_instant(text, kNow);
  ASSERT_TRUE(back) << text << ": " << back.error().text();
  EXPECT_EQ(*back, at) << text;
}

TEST(Time, IsWrittenAndReadAsRfc3339) {
  check(from_us(0), "1970-01-01T00:00:00Z");
  check(kNow, "2026-05-04T03:02:01Z");
  check(kNow + 120ms, "2026-05-04T03:02:01.120Z");
  check(kNow + 1us, "2026-05-04T03:02:01.000001Z");
  check(from_us(-1), "1969-12-31T23:59:59.999999Z");
  check(sys_days(2024y / 2 / 29), "2024-02-29T00:00:00Z");
  check(sys_days(1y / 1 / 1), "0001-01-01T00:00:00Z");
  check(sys_days(9999y / 12 / 31) + 24h - 1us, "9999-12-31T23:59:59.999999Z");
}

void check_read(std::string_view text, TimePoint expected) {
  const auto at = parse_instant(text, kNow);
  ASSERT_TRUE(at) << text << ": " << at.error().text();
  EXPECT_EQ(*at, expected) << text;
}

TEST(Time, ReadsOffsetsAndOtherSpellings) {
  check_read("2026-05-04T05:02:01+02:00", kNow);
  check_read("2026-05-03T21:32:01-05:30", kNow);
  check_read("2026-05-04t03:02:01z", kNow);
  check_read("2026-05-04 03:02:01Z", kNow);
  check_read("2026-05-04T03:02:01.5Z", kNow + 500ms);
  check_read("2026-05-04T03:02:01.1234567899Z",
             kNow + 123456us);                                  // finer than we keep: cut, not rounded into the future
  check_read("2016-12-31T23:59:60Z", sys_days(2017y / 1 / 1));  // a leap second
}

TEST(Time, ReadsMicrosecondsAndDurationsBack) {
  check_read("0", from_us(0));
  check_read("-1", from_us(-1));
  check_read("1777863721000000", kNow);
  check_read("1h", kNow - 1h);
  check_read("1h30m", kNow - 90min);
  EXPECT_EQ(parse_instant("1h", TimePoint::min() + 30min), TimePoint::min());  // before the beginning of time
}

TEST(Time, RefusesWhatIsNoInstant) {
  for (const std::string_view text : {"",
                                      "now",
                                      "yesterday",
                                      "2026-05-04",
                                      "2026-05-04T03:02:01",
                                      "2026-02-30T00:00:00Z",
                                      "2025-02-29T00:00:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-01T00:00:00Z",
                                      "2026-01-01T24:00:00Z",
                                      "2026-01-01T00:60:00Z",
                                      "2026-01-01T00:00:61Z",
                                      "2026-01-01T00:00:00.Z",
                                      "2026-01-01T00:00:00+24:00",
                                      "2026-01-01T00:00:00+0200",
                                      "2026-01-01T00:00:00Z ",
                                      "1.5",
                                      "1h ",
                                      "-1h",
                                      "+5",
                                      "99999999999999999999",
                                      "2026-1-1T00:00:00Z"}) {
    const auto at = parse_instant(text, kNow);
    ASSERT_FALSE(at) << text;
    EXPECT_EQ(at.error().text(),
              "'" + std::string(text) +
                  "' is not a time; microseconds since 1970, RFC 3339 such as 2026-01-31T12:00:00Z, or a "
                  "duration back from now such as 1h");
  }
}

TEST(Time, WallClockInMillisecondsIsWhole) {
  const TimePoint before = now();
  const TimePoint stamp = now_ms();
  EXPECT_EQ(to_us(stamp) % 1000, 0);
  EXPECT_GE(stamp, before - 1ms);
}

}  // namespace
}  // namespace oculus
