#include "model/duration.hpp"

#include <gtest/gtest.h>

namespace oculus {
namespace {

using namespace std::chrono_literals;

void check(std::string_view text, std::chrono::microseconds expected) {
  const auto length = parse_duration(text);
  ASSERT_TRUE(length) << text << ": " << length.error().text();
  EXPECT_EQ(*length, expected) << text;
}

TEST(Duration, ReadsWhatPeopleWrite) {
  check("100ms", 100ms);
  check("30s", 30s);
  check("1h30m", 90min);
  check("2h 30m", 150min);
  check("1d", 24h);
  check("2w", 14 * 24h);
  check("1y", 365 * 24h);
  check("0s", 0s);
}

TEST(Duration, RefusesWhatIsNotOne) {
  for (const std::string_view text : {"", "30", "30x", "s", "-5s", "+5s", "1.5h", "30m1h", "1h1h", " 1h", "1h ",
                                      "99999999999y", "99999999999999999999s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Duration, PointsAtTheUnit) {
  const auto wrong = parse_duration("30x", {"a.yaml", 4, 17});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().place, (Place{"a.yaml", 4, 19}));
  EXPECT_EQ(wrong.error().what, "'x' is not a unit of time");
}

TEST(Duration, WritesWhatItReads) {
  for (const std::string_view text : {"100ms", "30s", "1h30m", "1d", "1y17d4h5m6s7ms"})
    EXPECT_EQ(to_string(*parse_duration(text)), text);
  EXPECT_EQ(to_string(*parse_duration("4w2d")), "30d");
}

}  // namespace
}  // namespace oculus
