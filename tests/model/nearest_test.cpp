#include "model/nearest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace oculus {
namespace {

constexpr std::string_view kKeys[] = {"interval", "timeout", "retries", "retry_interval", "tags"};

TEST(Nearest, FindsASlipOfTheFinger) {
  EXPECT_EQ(nearest("intervall", kKeys), "interval");
  EXPECT_EQ(nearest("timout", kKeys), "timeout");
  EXPECT_EQ(nearest("tag", kKeys), "tags");
  EXPECT_EQ(nearest("retrys", kKeys), "retries");
  EXPECT_EQ(nearest("tags", kKeys), "tags");
}

TEST(Nearest, CountsASwapOfNeighboursOnce) {
  constexpr std::string_view kWords[] = {"post", "port"};
  EXPECT_EQ(nearest("prot", kWords), "port");
  EXPECT_EQ(nearest("itnerval", kKeys), "interval");
  constexpr std::string_view kWord[] = {"ab"};
  EXPECT_EQ(nearest("ba", kWord), "ab");
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("colour", kKeys), std::nullopt);
  EXPECT_EQ(nearest("x", kKeys), std::nullopt);
  EXPECT_EQ(nearest("", kKeys), std::nullopt);
  EXPECT_EQ(nearest("interval", {}), std::nullopt);
}

TEST(Nearest, AllowsAThirdOfTheWordAndAtLeastOne) {
  constexpr std::string_view kWords[] = {"abcdef"};
  EXPECT_EQ(nearest("abcdXY", kWords), "abcdef");      // two of six
  EXPECT_EQ(nearest("abcXYZ", kWords), std::nullopt);  // three
  constexpr std::string_view kShort[] = {"ab"};
  EXPECT_EQ(nearest("ax", kShort), "ab");
}

TEST(Nearest, TakesTheFirstOnATie) {
  constexpr std::string_view kWords[] = {"cat", "car", "can"};
  EXPECT_EQ(nearest("cap", kWords), "cat");
}

TEST(Nearest, DoesNotWorkOnVeryLongWords) {
  const std::string longest(10'000, 'a');
  const std::vector<std::string_view> words = {longest, "aaaa"};
  EXPECT_EQ(nearest(longest, words), std::nullopt);
  EXPECT_EQ(nearest("aaab", words), "aaaa");
}

}  // namespace
}  // namespace oculus
