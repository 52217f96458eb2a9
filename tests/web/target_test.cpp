#include "web/target.hpp"

#include <gmock/gmock.h>

namespace oculus::web {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Target, SplitsPathAndQuery) {
  const auto target = parse_target("/api/metrics?symbol=a.b&range=1h&name=two+words%20more&flag");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/api/metrics");
  EXPECT_THAT(target->query, ElementsAre(Pair("symbol", "a.b"), Pair("range", "1h"), Pair("name", "two words more"),
                                         Pair("flag", "")));
}

TEST(Target, TakesTheAbsoluteForm) {
  const auto target = parse_target("http://example.com:8080/x?y=1");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->authority, "example.com:8080");
  EXPECT_EQ(target->path, "/x");
  EXPECT_EQ(parse_target("HTTPS://example.com")->path, "/");
  EXPECT_EQ(parse_target("http://example.com?a=1")->query.size(), 1U);
}

TEST(Target, DecodesUtf8) { EXPECT_EQ(parse_target("/caf%C3%A9/%E2%82%AC/%F0%9F%92%A1")->path, "/café/€/💡"); }

TEST(Target, RefusesWhatCanBeReadInTwoWays) {
  for (const char* text : {"",
                           "x",
                           "//%",
                           "/%",
                           "/%4",
                           "/%zz",
                           "/%00",
                           "/a?b=%00",
                           "/a?%",
                           "/..",
                           "/../etc/passwd",
                           "/a/../b",
                           "/a/.",
                           "/./a",
                           "/%2e%2e/a",
                           "/a%2f..%2fb",
                           "/a%5c..%5cb",
                           "/a\\..\\b",
                           "/a%0ab",
                           "/a%7f",
                           "/a#b",
                           "/a\x80",
                           "/%ff",
                           "/%c0%af",
                           "/%ed%a0%80",
                           "/%f4%90%80%80",
                           "/%e2%82",
                           "/%80",
                           "ftp://a/b",
                           "http://",
                           "http:///a",
                           "http://u@h/",
                           "http:/a",
                           "host:80"})
    EXPECT_FALSE(parse_target(text)) << text;
}

TEST(Target, EncodesEverythingThatHasAMeaning) {
  EXPECT_EQ(encode_percent("/a b?c=d&e"), "%2Fa%20b%3Fc%3Dd%26e");
  EXPECT_EQ(decode_percent(encode_percent("ä/\n%")), "ä/\n%");
}

}  // namespace
}  // namespace oculus::web
