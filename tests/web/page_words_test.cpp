#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "web/page/chart.hpp"
#include "web/page/json_lines.hpp"
#include "web/page/sparkline.hpp"
#include "web/page/words.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

TEST(Words, FiguresMoveToTheUnitThatFits) {
  const auto check = [](double value, const char* unit, const char* expected) {
    EXPECT_EQ(humane(value, unit).text(), expected);
  };
  check(0.42, "ms", "0.42 ms");
  check(12.345, "ms", "12.3 ms");
  check(999.4, "ms", "999 ms");
  check(1234, "ms", "1.23 s");
  check(1.5, "s", "1.5 s");
  check(600'000, "ms", "10 min");
  check(0, "ms", "0 ms");
  check(1'234'567, "B", "1.23 MB");
  check(999, "bytes", "999 B");
  check(-1500, "B", "-1.5 kB");
  check(12.5, "%", "12.5 %");
  check(1, "d", "1 day");
  check(64, "d", "64 days");
  check(200, "", "200");
  check(97123.456, "USD", "97,123.46 USD");
  check(0.00000012, "", "1.2e-07");
  check(1234567, "", "1,234,567");
  check(std::numeric_limits<double>::max(), "", "1.798e+308");
  check(-0.0001, "ms", "0 ms");
}

TEST(Words, AgesAndSpans) {
  const TimePoint now = from_us(1'700'000'000'000'000);
  EXPECT_EQ(age_words(now - 12s, now), "12 s ago");
  EXPECT_EQ(age_words(now - 119s, now), "119 s ago");
  EXPECT_EQ(age_words(now - 3min, now), "3 min ago");
  EXPECT_EQ(age_words(now - 5h, now), "5 h ago");
  EXPECT_EQ(age_words(now - 72h, now), "3 d ago");
  EXPECT_EQ(age_words(now + 12s, now), "in 12 s");
  EXPECT_EQ(age_words(now, now), "now");
  EXPECT_EQ(clock_words(now), "2023-11-14 22:13:20");
  EXPECT_EQ(range_words(1h), "last hour");
  EXPECT_EQ(range_words(24h), "last 24 hours");
  EXPECT_EQ(range_words(168h), "last 7 days");
}

TEST(Words, NotAllIsNeverAHundredPerCent) {
  EXPECT_EQ(percentage(1'000'000, 1'000'000, ""), "100 %");
  EXPECT_EQ(percentage(999'999, 1'000'000, ""), "99.99 %");
  EXPECT_EQ(percentage(0, 10, ""), "0.00 %");
  EXPECT_EQ(percentage(0, 0, "none"), "none");
}

TEST(Words, WhatMisleadsTheEyeIsEscaped) {
  EXPECT_EQ(printable("a\x1b[31m\x7f\r\n"), "a\\x1b[31m\\x7f\\x0d\\x0a");
  EXPECT_EQ(printable("x\xe2\x80\xaey"), "x\\u{202e}y");
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(printable("\xc0\x80\xed\xa0\x80"), "\\xc0\\x80\\xed\\xa0\\x80");
  EXPECT_EQ(printable("größe €"), "größe €");
  EXPECT_EQ(printable("äöü", 2), "äö…");
  EXPECT_EQ(printable("a\nb", 10, true), "a\nb");
}

TEST(JsonLines, OneLineForEachMember) {
  EXPECT_EQ(json_lines(R"({"a":1,"b":{"c":"x","d":[1,2]}})"), "a: 1\nb: \n  c: x\n  d: [1,2]\n");
  EXPECT_EQ(json_lines(R"({"dns_ms":2.5E-1,"n":1})"), "dns_ms: 0.25\nn: 1\n");
  EXPECT_EQ(json_lines("not { json \x01"), "not { json \\x01");
}

TEST(Sparkline, BreaksWhereAValueIsMissing) {
  const std::optional<double> values[] = {1, 2, std::nullopt, 3};
  const auto spark = sparkline(values);
  ASSERT_TRUE(spark);
  EXPECT_EQ(spark->line, "M3.0 25.0h0L41.0 14.0M117.0 3.0h0");
  EXPECT_EQ(spark->misses, "M79.0 28v-5");
  EXPECT_EQ(spark->dot, "M117.0 3.0h0");
}

TEST(Sparkline, HoldsTheEndsOfWhatADoubleHolds) {
  const std::optional<double> ends[] = {-std::numeric_limits<double>::max(), std::numeric_limits<double>::max()};
  EXPECT_EQ(sparkline(ends)->line, "M3.0 25.0h0L117.0 3.0");
  const std::optional<double> flat[] = {5, 5};
  EXPECT_EQ(sparkline(flat)->line, "M3.0 14.0h0L117.0 14.0");
  const std::optional<double> nothing[] = {std::nullopt, std::nullopt};
  EXPECT_EQ(sparkline(nothing)->line, "");
  EXPECT_EQ(sparkline(nothing)->misses, "M3.0 28v-5M117.0 28v-5");
  EXPECT_FALSE(sparkline({}));
}

TEST(Trend, ComparesTheLastWithTheMeanBefore) {
  const auto words = [](std::initializer_list<std::optional<double>> values) {
    const std::vector<std::optional<double>> recent(values);
    const auto found = trend(recent);
    return found ? found->arrow + " " + found->words : "";
  };
  EXPECT_EQ(words({10, 10, 10, 12}), "↑ 20 % above the recent mean");
  EXPECT_EQ(words({10, 10, 10, 5}), "↓ 50 % below the recent mean");
  EXPECT_EQ(words({10, 10, 10, 10.1}), "→ near the recent mean");
  EXPECT_EQ(words({0, 0, 0, 3}), "↑ above the recent mean");
  EXPECT_EQ(words({-10, -10, -10, -5}), "↑ 50 % above the recent mean");
  EXPECT_EQ(words({10, 12}), "") << "too little to compare";
  EXPECT_EQ(words({10, 10, 10, std::nullopt}), "");
}

TEST(Chart, MarksAreRoundAndHoldEveryValue) {
  store::PointsQuery query{.symbol = "a", .from = from_us(0), .to = from_us(0) + 60s, .step = 10s};
  std::vector<store::Point> points;
  for (int i : {0, 1, 5}) points.push_back({query.from + i * 10s, 100.0 + i, 99.0 + i, 103.0 + i, 4, i == 5 ? 1U : 0U});
  const auto drawn = chart(points, query);
  ASSERT_TRUE(drawn);
  EXPECT_EQ(drawn->least, 99);
  EXPECT_EQ(drawn->most, 108);
  EXPECT_EQ(drawn->count, 12U);
  EXPECT_EQ(drawn->failures, 1U);
  EXPECT_EQ(drawn->marks, (std::vector<double>{110, 107.5, 105, 102.5, 100, 97.5}));
  EXPECT_EQ(std::ranges::count(drawn->line, 'M'), 2) << "a hole of more than three steps breaks the line";
  EXPECT_FALSE(chart({}, query));
}

TEST(Chart, StepsAreNoShorterThanTheInterval) {
  EXPECT_EQ(chart_step(1h, std::nullopt), 15s);
  EXPECT_EQ(chart_step(1h, 60s), 1min);
  EXPECT_EQ(chart_step(36500 * 24h, std::nullopt), 146 * 24h + 24h);
}

}  // namespace
}  // namespace oculus::web
