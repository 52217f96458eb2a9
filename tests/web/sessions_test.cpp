#include "web/sessions.hpp"

#include <gtest/gtest.h>

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

TEST(Sessions, LastThirtyDaysOrUntilClosed) {
  Sessions sessions;
  const Clock::time_point now{};
  const std::string id = sessions.open(now);
  EXPECT_EQ(id.size(), 64U);
  EXPECT_NE(id, sessions.open(now));
  EXPECT_TRUE(sessions.knows(id, now + 24h * 30 - 1s));
  EXPECT_FALSE(sessions.knows(id, now + 24h * 30));
  sessions.close(id);
  EXPECT_FALSE(sessions.knows(id, now));
  EXPECT_FALSE(sessions.knows("", now));
}

TEST(Sessions, EndTheOldestWhenThereAreTooMany) {
  Sessions sessions(2);
  const Clock::time_point now{};
  const std::string first = sessions.open(now);
  const std::string second = sessions.open(now);
  const std::string third = sessions.open(now);
  EXPECT_FALSE(sessions.knows(first, now));
  EXPECT_TRUE(sessions.knows(second, now));
  EXPECT_TRUE(sessions.knows(third, now));
}

TEST(Secret, IsTheSameOnlyWhole) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  for (const char* candidate : {"", "ab", "abcd", "abd", "ABC"}) EXPECT_FALSE(same_secret(candidate, "abc"));
}

}  // namespace
}  // namespace oculus::web
