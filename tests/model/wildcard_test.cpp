#include "model/wildcard.hpp"

#include <gtest/gtest.h>

#include <string>

namespace oculus {
namespace {

TEST(Wildcard, StandsForAnyRunOfCharacters) {
  EXPECT_TRUE(matches("net.*", "net.http.api.rtt"));
  EXPECT_TRUE(matches("*.rtt", "net.http.api.rtt"));
  EXPECT_TRUE(matches("net.*.rtt", "net.http.api.rtt"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*b*c", "abbbc"));
  EXPECT_TRUE(matches("a**c", "ac"));
}

TEST(Wildcard, LeavesEverythingElseToStandForItself) {
  EXPECT_TRUE(matches("a.b", "a.b"));
  EXPECT_FALSE(matches("a.b", "aXb"));
  EXPECT_FALSE(matches("net.*", "fx.eur_usd"));
  EXPECT_FALSE(matches("*.rtt", "net.http.api.rtt.x"));
  EXPECT_FALSE(matches("", "a"));
}

TEST(Wildcard, DoesNotTryEveryWayOfSharing) {
  const std::string text(10'000, 'a');
  EXPECT_FALSE(matches("*a*a*a*a*a*a*a*a*a*a*b", text));
}

}  // namespace
}  // namespace oculus
