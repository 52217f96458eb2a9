#include "web/rate_limit.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

TEST(RateLimiter, GivesABurstThenTheRate) {
  RateLimiter limiter({.rate = 10, .burst = 20});
  Clock::time_point now{};
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(limiter.take("a", now)) << i;
  EXPECT_EQ(limiter.take("a", now), Clock::duration(100ms));
  now += 99ms;
  EXPECT_EQ(limiter.take("a", now), Clock::duration(1ms));  // asking costs nothing
  now += 1ms;
  EXPECT_FALSE(limiter.take("a", now));
  EXPECT_TRUE(limiter.take("a", now));
  now += 1h;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(limiter.take("a", now));  // never more than a burst
  EXPECT_TRUE(limiter.take("a", now));
}

TEST(RateLimiter, KeepsClientsApart) {
  RateLimiter limiter({.rate = 1, .burst = 1});
  const Clock::time_point now{};
  EXPECT_FALSE(limiter.take("a", now));
  EXPECT_TRUE(limiter.take("a", now));
  EXPECT_FALSE(limiter.take("b", now));
}

TEST(RateLimiter, ForgetsWhoWasSilentLongest) {
  RateLimiter limiter({.rate = 1, .burst = 1}, 3);
  const Clock::time_point now{};
  for (const char* client : {"a", "b", "c"}) EXPECT_FALSE(limiter.take(client, now));
  EXPECT_FALSE(limiter.take("a", now + 1s));
  EXPECT_FALSE(limiter.take("d", now + 1s));  // b goes
  EXPECT_TRUE(limiter.wait("a", now + 1s));
  EXPECT_FALSE(limiter.wait("b", now));
  EXPECT_TRUE(limiter.wait("c", now));
}

TEST(RateLimiter, CountsAnIpv6NetworkAsOneClient) {
  EXPECT_EQ(client_of("2001:db8:1:2:3:4:5:6"), client_of("2001:db8:1:2::1"));
  EXPECT_NE(client_of("2001:db8:1:2::1"), client_of("2001:db8:1:3::1"));
  EXPECT_EQ(client_of("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_NE(client_of("192.0.2.1"), client_of("192.0.2.2"));
}

}  // namespace
}  // namespace oculus::web
