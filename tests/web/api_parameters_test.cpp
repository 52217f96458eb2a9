#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/api/parameters.hpp"
#include "web/target.hpp"

namespace oculus::web::api {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// All that there are, read as the handlers read them.
std::optional<Response> refusal_of(std::string_view query) {
  Request request;
  request.query = *parse_form(query);
  Parameters in(
      request, {"symbol", "category", "range", "start", "end", "step", "limit", "order", "cursor", "kind", "severity"});
  in.symbol();
  in.text("category");
  in.span();
  in.duration("step");
  in.limit();
  in.order();
  in.cursor();
  in.kind();
  in.severity();
  return in.refusal();
}

TEST(Parameters, EachMistakeIsNamedWithWhatWasExpected) {
  const struct {
    std::string_view query, place, expected;
  } cases[] = {
      {"limt=5", "limt", "the nearest known one is limit"},
      {"completely_else=5", "completely_else", "one of symbol, category"},
      {"limit=5&limit=6", "limit", "one value"},
      {"limit=abc", "limit", "a whole number from 1 to 10000"},
      {"limit=-1", "limit", "a whole number"},
      {"limit=0", "limit", "a whole number from 1"},
      {"limit=+5", "limit", "a whole number"},
      {"limit=5.0", "limit", "a whole number"},
      {"limit=", "limit", "a whole number"},
      {"order=up", "order", "desc (newest first) or asc"},
      {"order=DESC", "order", "desc"},
      {"range=5", "range", "as in 30s"},
      {"range=", "range", "as in 30s"},
      {"range=0s", "range", "longer than nothing"},
      {"range=-1h", "range", "as in 30s"},
      {"range=1h&start=2h", "range", "range alone, or start and end"},
      {"range=1h&end=2h", "range", "range alone"},
      {"start=yesterday", "start", "RFC 3339"},
      {"end=", "end", "RFC 3339"},
      {"start=1h&end=2h", "start", "a start before the end"},
      {"step=0s", "step", "longer than nothing"},
      {"step=x", "step", "as in 30s"},
      {"symbol=", "symbol", "leave the parameter out"},
      {"symbol=Net.tcp", "symbol", ""},
      {"category=", "category", "leave the parameter out"},
      {"cursor=", "cursor", "leave the parameter out"},
      {"kind=bad", "kind", "alert, error, system or audit"},
      {"severity=fatal", "severity", "debug, info, warn, error or critical"},
  };
  for (const auto& [query, place, expected] : cases) {
    const auto refusal = refusal_of(query);
    ASSERT_TRUE(refusal) << query;
    EXPECT_EQ(refusal->status, 400) << query;
    EXPECT_EQ(refusal->content_type, "application/problem+json");
    EXPECT_THAT(refusal->body, HasSubstr("\"place\":\"" + std::string(place) + "\"")) << query;
    EXPECT_THAT(refusal->body, HasSubstr(std::string(expected))) << query;
  }
}

TEST(Parameters, AllMistakesAreToldAtOnce) {
  const auto refusal = refusal_of("limit=x&order=y&range=z");
  ASSERT_TRUE(refusal);
  for (const char* place : {"limit", "order", "range"})
    EXPECT_THAT(refusal->body, HasSubstr(std::string("\"place\":\"") + place + '"'));
}

TEST(Parameters, TakesWhatIsRight) {
  for (const std::string_view query :
       {"", "limit=1", "limit=10001", "limit=99999999999999999999999999", "order=asc", "order=desc", "range=1h30m",
        "range=290000y", "start=0&end=1h", "start=-9223372036854775808&end=9223372036854775807",
        "start=2026-01-31T12:00:00Z", "end=2026-01-31T12:00:00%2B02:00", "symbol=net.tcp.redis.rtt", "severity=warn"})
    EXPECT_FALSE(refusal_of(query)) << query;
}

TEST(Parameters, LimitsAreClampedAndSpansStayWithinReach) {
  Request request;
  request.query = {{"limit", "99999999999999999999999999"}, {"range", "290000y"}};
  Parameters in(request, {"limit", "range"});
  EXPECT_EQ(in.limit(), kLargestLimit);
  const auto span = in.span();
  EXPECT_EQ(to_rfc3339(*span.from), "0000-01-01T00:00:00Z");
  EXPECT_FALSE(span.to);
  EXPECT_GT(now() - *span.from, 0us);
}

}  // namespace
}  // namespace oculus::web::api
