#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <sstream>

#include "api_harness.hpp"
#include "collect/fake_collector.hpp"
#include "eventually.hpp"
#include "net/loop.hpp"
#include "web/api/metrics_page.hpp"
#include "web/api/prometheus_text.hpp"

namespace oculus::web::api {
namespace {

using testing::HasSubstr;

class MetricsPageTest : public ApiTest {
 protected:
  MetricsPageTest() { page.add_routes(router); }

  net::Loop probes{"probes"};
  collect::Registry registry{probes, *database.writer};
  MetricsPage page{database, registry, "1.2.3"};
};

TEST_F(MetricsPageTest, EveryLineIsOneThatPrometheusReads) {
  const auto answer = get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  const std::regex line(R"((# (HELP|TYPE) oculus_[a-z_]+ .+)|)"
                        R"(oculus_[a-z_]+(\{([a-z]+="([^"\\\n]|\\["\\n])*",?)+\})? [0-9.e+-]+)");
  const std::regex type(R"(# TYPE ([a-z_]+) (counter|gauge|histogram))");
  std::set<std::string> families;
  std::istringstream lines(answer.body);
  for (std::string text; std::getline(lines, text);) {
    EXPECT_TRUE(std::regex_match(text, line)) << text;
    if (std::smatch parts; std::regex_match(text, parts, type)) {
      EXPECT_TRUE(families.insert(parts[1]).second) << text << " stands twice";
    }
  }
  for (const char* family :
       {"oculus_build_info", "oculus_writer_up", "oculus_writer_queue_depth", "oculus_writer_queue_capacity",
        "oculus_writer_accepted_total", "oculus_writer_refused_total", "oculus_writer_committed_total",
        "oculus_writer_retried_total", "oculus_writer_set_aside_total", "oculus_writer_replaced_total",
        "oculus_writer_commit_seconds", "oculus_queries_active", "oculus_query_seconds", "oculus_collector_runs_total",
        "oculus_collector_missed_slots_total"})
    EXPECT_TRUE(families.contains(family)) << family;
}

TEST_F(MetricsPageTest, FiguresAreThoseOfTheWriterAndTheCollectors) {
  const Series series = series_named("network.tcp", "redis", "net.tcp.redis.rtt");
  declare(series);
  insert({series.id(), kNoon, 1, true, {}, {}});
  flush();
  const auto script = std::make_shared<collect::Script>();
  script->answer = [](int) { return collect::round_of(1); };
  collect::Enrolment enrolment;
  enrolment.type = "fake";
  enrolment.name = "one";
  ASSERT_TRUE(registry.start(
      enrolment, std::make_unique<collect::FakeCollector>(script, std::vector{collect::fake_series("one")})));
  ASSERT_TRUE(registry.run_now("fake", "one"));
  EXPECT_TRUE(eventually(
      [&] { return get("/metrics").body.contains("oculus_collector_runs_total{type=\"fake\",result=\"success\"} "); }));
  const auto body = get("/metrics").body;
  EXPECT_THAT(body, HasSubstr("oculus_build_info{version=\"1.2.3\",compiler="));
  EXPECT_THAT(body, HasSubstr("\noculus_writer_up 1\n"));
  EXPECT_THAT(body, HasSubstr("\noculus_writer_queue_capacity 10000\n"));
  EXPECT_THAT(body, HasSubstr("oculus_collector_missed_slots_total{type=\"fake\"} 0\n"));
  registry.stop_all();
}

TEST(PrometheusText, EscapesLabelsAndCountsUpToInfinity) {
  Histogram histogram;
  histogram.add(700us);
  histogram.add(10s);
  PrometheusText text;
  text.family("x", "histogram", "a\\b\nc \"d\"").sample(histogram.snapshot(), {{"n", "a\"b\\c\nd"}});
  const std::string body = text.take();
  EXPECT_THAT(body, HasSubstr("# HELP x a\\\\b\\nc \"d\"\n# TYPE x histogram\n"));
  EXPECT_THAT(body, HasSubstr("x_bucket{n=\"a\\\"b\\\\c\\nd\",le=\"0.0005\"} 0\n"));
  EXPECT_THAT(body, HasSubstr("le=\"0.001\"} 1\n"));
  EXPECT_THAT(body, HasSubstr("le=\"5\"} 1\n"));
  EXPECT_THAT(body, HasSubstr("le=\"+Inf\"} 2\n"));
  EXPECT_THAT(body, HasSubstr("_sum{n=\"a\\\"b\\\\c\\nd\"} 10.0007\n"));
  EXPECT_THAT(body, HasSubstr("_count{n=\"a\\\"b\\\\c\\nd\"} 2\n"));
}

}  // namespace
}  // namespace oculus::web::api
