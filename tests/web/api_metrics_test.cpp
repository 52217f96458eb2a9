#include <gmock/gmock.h>

#include "api_harness.hpp"
#include "web/api/chart_steps.hpp"
#include "web/api/metrics_api.hpp"

namespace oculus::web::api {
namespace {

using testing::HasSubstr;

class MetricsApiTest : public ApiTest {
 protected:
  MetricsApiTest() {
    api.add_routes(router);
    declare(rtt);
    declare(price);
    for (int i = 0; i < 4; ++i) insert({rtt.id(), kNoon + i * 1min, 10.5 + i, true, 1500us, {{"attempts", "1"}}});
    insert({rtt.id(), kNoon + 4min, std::nullopt, false, std::nullopt, {{"error", "refused"}}});
    insert({price.id(), kNoon + 1min, 70'000.25, true, std::nullopt, {}});
    flush();
  }
  std::string id(const Series& series) const { return std::to_string(to_signed(series.id())); }

  const Series rtt = series_named("network.tcp", "redis", "net.tcp.redis.rtt");
  const Series price = series_named("crypto", "btc", "crypto.price.btc_usd");
  MetricsApi api{*database.readers};
};

TEST_F(MetricsApiTest, SamplesComeNewestFirstWithAllThatTheViewSays) {
  const auto answer = get("/api/metrics?symbol=net.tcp.redis.rtt&limit=2");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "application/json");
  const auto items = json(answer).at("items").as_array();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(boost::json::serialize(items[0]),
            R"({"ts":1769861040000000,"series_id":")" + id(rtt) +
                R"(","category":"network.tcp","symbol":"net.tcp.redis.rtt","name":"redis",)"
                R"("target":"redis.example.com","value":null,"unit":"ms","success":false,"duration_ms":null,)"
                R"("tags":{"env":"test","error":"refused"}})");
  EXPECT_EQ(items[1].at("value"), 13.5);
  EXPECT_EQ(items[1].at("duration_ms"), 1.5);
}

TEST_F(MetricsApiTest, CursorsLeadThroughAllPagesOnceEach) {
  for (const std::string order : {"asc", "desc"}) {
    std::vector<std::int64_t> seen;
    std::string cursor;
    for (int pages = 0; pages < 10; ++pages) {
      const auto page = json(get("/api/metrics?limit=2&order=" + order + cursor));
      for (const auto& item : page.at("items").as_array()) seen.push_back(item.at("ts").as_int64());
      if (page.at("next").is_null()) break;
      cursor = "&cursor=" + std::string(page.at("next").as_string());
    }
    EXPECT_EQ(seen.size(), 6U);
    EXPECT_TRUE(order == "asc" ? std::ranges::is_sorted(seen) : std::ranges::is_sorted(seen, std::greater{}));
  }
}

TEST_F(MetricsApiTest, FiltersAreJoinedByAnd) {
  const std::pair<std::string_view, std::size_t> cases[] = {
      {"", 6},
      {"?category=crypto", 1},
      {"?name=redis&target=redis.example.com", 5},
      {"?name=redis&category=crypto", 0},
      {"?symbol=unknown.symbol", 0},
      {"?start=2026-01-31T12:01:00Z&end=2026-01-31T12:03:00Z", 3},
      {"?range=1y&limit=3", 3},
      {"?end=2026-01-31T12:00:00Z", 0},
  };
  for (const auto& [query, count] : cases) {
    const auto answer = get("/api/metrics" + std::string(query));
    ASSERT_EQ(answer.status, 200) << query << answer.body;
    EXPECT_EQ(json(answer).at("items").as_array().size(), count) << query;
  }
}

TEST_F(MetricsApiTest, BadParametersAre400OnEveryPath) {
  for (const std::string_view target :
       {"/api/metrics?symbl=x", "/api/metrics?limit=abc", "/api/metrics?cursor=x", "/api/metrics/stats?limit=1",
        "/api/metrics/net.tcp.redis.rtt?range=1h", "/api/metrics/net.tcp.redis.rtt/series?step=1ms&range=1h",
        "/api/metrics/net.tcp.redis.rtt/series?start=1960-01-01T00:00:00Z&end=9999-01-01T00:00:00Z&step=292000y",
        "/api/metrics/net.tcp.redis.rtt/series?limit=5"}) {
    const auto answer = get(target);
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_EQ(answer.content_type, "application/problem+json");
  }
}

TEST_F(MetricsApiTest, ABadCursorIsNamedAsAnyParameter) {
  EXPECT_THAT(get("/api/metrics?cursor=12_").body, HasSubstr("\"place\":\"cursor\""));
}

TEST_F(MetricsApiTest, ASeriesIsShownBySymbolAndById) {
  for (const std::string& name : {std::string("net.tcp.redis.rtt"), id(rtt)}) {
    const auto series = json(get("/api/metrics/" + name));
    EXPECT_EQ(series.at("series_id"), id(rtt).c_str());
    EXPECT_EQ(series.at("interval_ms"), 30'000);
    EXPECT_TRUE(series.at("retired_at").is_null());
    EXPECT_EQ(boost::json::serialize(series.at("latest")),
              R"({"ts":1769861040000000,"value":null,"success":false,"duration_ms":null,"tags":{"error":"refused"}})");
  }
}

TEST_F(MetricsApiTest, ASeriesWithoutSamplesHasNoLatestValue) {
  declare(series_named("crypto", "eth", "crypto.price.eth_usd"));
  flush();
  EXPECT_TRUE(json(get("/api/metrics/crypto.price.eth_usd")).at("latest").is_null());
  EXPECT_EQ(json(get("/api/metrics/crypto.price.eth_usd/series")).at("items").as_array().size(), 0U);
}

TEST_F(MetricsApiTest, ASeriesThatIsNoLongerMeasuredIsStillShown) {
  ASSERT_TRUE(database.writer->try_send(store::RetireSeries{rtt.id()}));
  flush();
  for (const std::string& name : {std::string("net.tcp.redis.rtt"), id(rtt)}) {
    const auto series = json(get("/api/metrics/" + name));
    EXPECT_TRUE(series.at("retired_at").is_int64());
    EXPECT_TRUE(series.at("latest").is_object());
  }
  Series successor = rtt;
  successor.target = "other.example.com";
  declare(successor);
  flush();
  EXPECT_EQ(json(get("/api/metrics/net.tcp.redis.rtt")).at("series_id"), id(successor).c_str());
  EXPECT_EQ(json(get("/api/metrics/" + id(rtt))).at("series_id"), id(rtt).c_str());
}

TEST_F(MetricsApiTest, AnUnknownSeriesIs404WithTheNearestSymbol) {
  for (const std::string_view target : {"/api/metrics/net.tcp.rediss.rtt", "/api/metrics/net.tcp.rediss.rtt/series"}) {
    const auto answer = get(target);
    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(answer.body, HasSubstr("there is no series 'net.tcp.rediss.rtt'"));
    EXPECT_THAT(answer.body, HasSubstr("the nearest known symbol is net.tcp.redis.rtt"));
  }
  EXPECT_EQ(get("/api/metrics/12345").status, 404);
}

TEST_F(MetricsApiTest, PointsLieAtWholeStepsAndCountFailures) {
  for (const std::string& name : {std::string("net.tcp.redis.rtt"), id(rtt)}) {
    const auto chart =
        json(get("/api/metrics/" + name + "/series?start=2026-01-31T12:00:30Z&end=2026-01-31T12:05:00Z&step=2m"));
    EXPECT_EQ(chart.at("symbol"), "net.tcp.redis.rtt");
    EXPECT_EQ(chart.at("start"), to_us(kNoon));
    EXPECT_EQ(chart.at("step_us"), 120'000'000);
    EXPECT_EQ(boost::json::serialize(chart.at("items").at(0)),
              R"({"ts":1769860800000000,"mean":11,"min":1.05E1,"max":1.15E1,"count":2,"failures":0})");
    EXPECT_EQ(boost::json::serialize(chart.at("items").at(2)),
              R"({"ts":1769861040000000,"mean":null,"min":null,"max":null,"count":1,"failures":1})");
  }
}

TEST_F(MetricsApiTest, AChartThatIsTooFineNamesTheStepThatWouldDo) {
  const auto answer = get("/api/metrics/net.tcp.redis.rtt/series?range=1d&step=1s");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("\"place\":\"step\""));
  EXPECT_THAT(answer.body, HasSubstr("at most 11000 points"));
}

TEST_F(MetricsApiTest, ARangeOfAgesIsDrawnInFewPoints) {
  for (const std::string_view query : {"?range=290000y", "?start=-9223372036854775808", "?start=1h", ""})
    EXPECT_EQ(get("/api/metrics/net.tcp.redis.rtt/series" + std::string(query)).status, 200) << query;
}

TEST_F(MetricsApiTest, StatsCountByCategory) {
  EXPECT_EQ(get("/api/metrics/stats").body, R"({"total":6,"success_count":5,"failure_count":1,"by_category":[)"
                                            R"({"category":"crypto","total":1,"success":1,"failure":0},)"
                                            R"({"category":"network.tcp","total":5,"success":4,"failure":1}]})");
  EXPECT_EQ(get("/api/metrics/stats?end=2026-01-31T12:00:00Z").body,
            R"({"total":0,"success_count":0,"failure_count":0,"by_category":[]})");
}

TEST(ChartSteps, AreRoundAndAtMostFiveHundred) {
  const std::pair<microseconds, microseconds> cases[] = {{0s, 1s},         {5min, 1s},     {1h, 10s},       {24h, 5min},
                                                         {7 * 24h, 30min}, {30 * 24h, 2h}, {365 * 24h, 24h}};
  for (const auto& [length, step] : cases) {
    EXPECT_EQ(usual_step(length), step) << length.count();
    EXPECT_LE(count_steps(begin_of_step(kNoon - length, step), kNoon, step), kUsualPoints);
  }
}

TEST(ChartSteps, BeginBeforeTheirTimeAlsoBefore1970) {
  EXPECT_EQ(begin_of_step(from_us(-1), 1s), from_us(-1'000'000));
  EXPECT_EQ(begin_of_step(from_us(-1'000'000), 1s), from_us(-1'000'000));
  EXPECT_EQ(begin_of_step(from_us(1'999'999), 1s), from_us(1'000'000));
}

}  // namespace
}  // namespace oculus::web::api
