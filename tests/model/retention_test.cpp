#include "model/retention.hpp"

#include <gtest/gtest.h>

namespace oculus {
namespace {

using namespace std::chrono_literals;

TEST(Retention, TheLongestPatternThatMatchesWins) {
  const Retention retention{.keep = 2h,
                            .policies = {{"net.*", 3h}, {"net.http.*", 4h}, {"net.http.a*", 5h}, {"*", 6h}}};
  EXPECT_EQ(retention.keep_of("net.tcp.redis.rtt"), 3h);
  EXPECT_EQ(retention.keep_of("net.http.b.rtt"), 4h);
  EXPECT_EQ(retention.keep_of("net.http.a.rtt"), 5h);
  EXPECT_EQ(retention.keep_of("crypto.price"), 6h);
  EXPECT_EQ((Retention{.keep = 2h, .policies = {{"net.*", 3h}}}.keep_of("")), 2h);
}

TEST(Retention, ACutOffFurtherBackThanTimesGoIsTheLeastTime) {
  const TimePoint present = from_us(1'000'000);
  EXPECT_EQ(cutoff(present, 1s), from_us(0));
  EXPECT_EQ(cutoff(present, 0s), present);
  EXPECT_EQ(cutoff(present, -5s), present);
  EXPECT_EQ(cutoff(present, Retention::kForever), TimePoint::min());
  EXPECT_EQ(cutoff(from_us(-10), Retention::kForever - 1us), TimePoint::min());
}

}  // namespace
}  // namespace oculus
