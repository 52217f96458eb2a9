// The pages as a browser gets them, from a real database.
#include <gmock/gmock.h>

#include "web/page_bench.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPages[] = {"/", "/samples", "/events", "/collectors"};
constexpr const char* kParts[] = {"/partials/metrics", "/partials/events", "/partials/collectors", "/partials/samples",
                                  "/partials/status"};

Series rtt(const std::string& name, const std::string& target = "https://example.com/") {
  return series_of("network.http", name, target, "rtt", "net.http." + symbol_part(name) + ".rtt", "ms");
}

std::string body(PageBench& bench, std::string_view target) {
  const Response answer = bench.get(target);
  EXPECT_EQ(answer.status, 200) << target;
  PageBench::expect_sound(answer);
  return answer.body;
}

TEST(Page, EmptyDatabaseSaysWhatToDo) {
  PageBench bench;
  for (const char* page : kPages) body(bench, page);
  EXPECT_THAT(body(bench, "/"), AllOf(HasSubstr("Nothing is being watched yet."), HasSubstr("oculus.yaml")));
  bench.collectors = {collector_of("http", "api", "network.http", std::nullopt)};
  EXPECT_THAT(body(bench, "/"), AllOf(HasSubstr("No values yet."), HasSubstr("not run yet")));
  EXPECT_THAT(body(bench, "/?name=other"), HasSubstr("Nothing matches this filter."));
}

TEST(Page, ShowsTheLatestValueWithUnitTrendSparklineAndAge) {
  PageBench bench;
  bench.measure(rtt("api"), {10.0, 10.0, 10.0, 10.0, 12.345});
  bench.settle();
  const std::string html = body(bench, "/partials/metrics");
  EXPECT_THAT(html, AllOf(HasSubstr(">12.3<small> ms</small>"), HasSubstr("value=\"12.345\""),
                          HasSubstr("23 % above the recent mean"), HasSubstr("class=\"spark\""),
                          HasSubstr("href=\"/series/net.http.api.rtt\""), HasSubstr("data-age>now<")));
}

TEST(Page, CountsTheSeriesThatItShows) {
  PageBench bench;
  for (const char* name : {"a", "b", "c"}) bench.measure(rtt(name), {1.0});
  bench.settle();
  EXPECT_THAT(body(bench, "/partials/metrics"), HasSubstr("<dt>Series</dt><dd>3</dd>"));
  EXPECT_THAT(body(bench, "/partials/metrics?name=b"), HasSubstr("<dt>Series</dt><dd>1</dd>"));
}

TEST(Page, LeavesOutWhatAFailingCheckNeverMeasured) {
  PageBench bench;
  const Series status = series_of("network.http", "down", "https://example.com/", "status", "net.http.down.status", "");
  bench.measure(rtt("down"), {std::nullopt});
  bench.measure(status, {});
  bench.settle();
  EXPECT_THAT(body(bench, "/partials/metrics"), AllOf(HasSubstr(">failing<"), Not(HasSubstr("net.http.down.status"))));
}

TEST(Page, GivesTheRestOfItsRowToTheNextWhereACategoryHasOneCard) {
  PageBench bench;
  bench.measure(rtt("a"), {1.0});
  bench.measure(series_of("network.tcp", "b", "h:1", "rtt", "net.tcp.b.rtt", "ms"), {1.0});
  bench.measure(series_of("network.tcp", "c", "h:2", "rtt", "net.tcp.c.rtt", "ms"), {1.0});
  bench.settle();
  EXPECT_THAT(body(bench, "/partials/metrics"),
              AllOf(HasSubstr("class=\"category single\" id=\"category-network.http\""),
                    HasSubstr("class=\"category\" id=\"category-network.tcp\"")));
}

TEST(Page, ShowsEveryStateAsAWord) {
  PageBench bench;
  bench.measure(rtt("good"), {1.0, 2.0});
  bench.measure(rtt("bad"), {1.0, std::nullopt});
  bench.measure(rtt("silent"), {});
  const Series old = rtt("old");
  bench.measure(old, {});
  bench.add(Sample{.series = old.id(), .at = now_ms() - 20min, .value = 5, .success = true, .took = {}, .tags = {}});
  bench.collectors = {collector_of("http", "bad", "network.http", false)};
  bench.settle();
  const std::string html = body(bench, "/");
  for (const char* word : {">ok<", ">failing<", ">stale<", ">no value<", "no value yet", "20 min ago"})
    EXPECT_THAT(html, HasSubstr(word));
  EXPECT_THAT(html, HasSubstr("timeout: did not answer within 5s"));
  EXPECT_THAT(html, HasSubstr("class=\"miss\""));
  EXPECT_THAT(html, HasSubstr("1 of 1 collector failing"));
}

TEST(Page, ShowsThePhasesOfOneRoundAsOneBar) {
  PageBench bench;
  const auto at = now_ms();
  constexpr std::pair<const char*, double> kFields[] = {{"rtt", 50}, {"dns", 5},   {"connect", 10},
                                                        {"tls", 15}, {"ttfb", 10}, {"status", 200}};
  for (const auto& [field, value] : kFields) {
    const Series one = series_of("network.http", "api", "https://example.com/", field,
                                 std::string("net.http.api.") + field, field == std::string("status") ? "" : "ms");
    bench.measure(one, {});
    bench.add(Sample{.series = one.id(), .at = at, .value = value, .success = true, .took = {}, .tags = {}});
  }
  bench.settle();
  const std::string html = body(bench, "/partials/metrics");
  EXPECT_THAT(html, HasSubstr(R"(<rect data-phase="connect" x="10.00" width="20.00" height="6"/>)"));
  EXPECT_THAT(html, HasSubstr(R"(<rect data-phase="transfer" x="80.00" width="20.00" height="6"/>)"));
  EXPECT_THAT(html, HasSubstr("net.http.api.</span>status</a>"));
  EXPECT_THAT(html, Not(HasSubstr("</span>dns</a></th>"))) << "a phase of the bar needs no line of its own";
}

TEST(Page, ForeignTextStaysText) {
  PageBench bench;
  const std::string hostile = "<script>alert(1)</script>\"'&\x01\x1b[31m\n\xff {{name}}";
  bench.measure(series_of("network.<i>", hostile, hostile, "a\"b", "", "<b>"), {1.0, std::nullopt, 3.0});
  Event event;
  event.source = hostile;
  event.message = hostile;
  event.payload = R"({"<b>":"</pre><script>"})";
  bench.say(event);
  bench.collectors = {collector_of(hostile, hostile, "network.<i>", false)};
  bench.collectors[0].status->detail = hostile;
  bench.collectors[0].status->last_failing_answer = hostile;
  bench.settle();
  for (const char* path : {"/", "/samples", "/events", "/collectors", "/partials/metrics", "/partials/events"}) {
    const Response answer = bench.get(path);
    EXPECT_EQ(answer.status, 200);
    for (const char* bad : {"<script>alert", "<i>", "<b>", "\x01", "\x1b", "\xff", "\"'&\\"})
      EXPECT_THAT(answer.body, Not(HasSubstr(bad))) << path;
    EXPECT_THAT(answer.body, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;")) << path;
    EXPECT_THAT(answer.body, HasSubstr("\\x1b[31m")) << path;
  }
}

TEST(Page, LongNamesAreCutNotRefused) {
  PageBench bench;
  const std::string name(10'000, 'n');
  bench.measure(series_of("custom", name, name, "", "custom.long", ""), {1.0, 2.0});
  bench.collectors = {collector_of("api", name, "custom", true)};
  bench.settle();
  const std::string html = body(bench, "/partials/metrics");
  EXPECT_THAT(html, AllOf(HasSubstr("nnn…"), Not(HasSubstr(std::string(500, 'n')))));
  for (const char* page : kPages) body(bench, page);
}

TEST(Page, FiltersNarrowEveryPart) {
  PageBench bench;
  bench.measure(rtt("alpha", "https://alpha.example.com/"), {1.0});
  bench.measure(rtt("beta", "https://beta.example.com/"), {2.0});
  bench.measure(series_of("crypto", "btc", "btc_usd", "", "crypto.price.btc_usd", "USD"), {97123.456});
  bench.collectors = {collector_of("http", "alpha", "network.http", true),
                      collector_of("http", "beta", "network.http", true),
                      collector_of("crypto", "btc", "crypto", true)};
  bench.settle();
  for (const char* part : {"/partials/metrics", "/partials/samples", "/partials/collectors"}) {
    const std::string path(part);
    EXPECT_THAT(body(bench, path + "?category=crypto"), AllOf(HasSubstr("btc"), Not(HasSubstr("alpha")))) << part;
    EXPECT_THAT(body(bench, path + "?name=beta"), AllOf(HasSubstr("beta"), Not(HasSubstr("btc")))) << part;
  }
  EXPECT_THAT(body(bench, "/partials/metrics?target=https%3A%2F%2Falpha.example.com%2F"),
              AllOf(HasSubstr("net.http.alpha.rtt"), Not(HasSubstr("net.http.beta.rtt"))));
  EXPECT_THAT(body(bench, "/?category=crypto&limit=1"),
              HasSubstr("hx-get=\"/partials/metrics?category=crypto&amp;limit=1\""));
  EXPECT_THAT(body(bench, "/?category=crypto"), HasSubstr("97,123.46<small> USD</small>"));
}

TEST(Page, SamplesArePagedByCursor) {
  PageBench bench;
  bench.measure(rtt("api"), {1.0, 2.0, 3.0});
  bench.settle();
  const std::string first = body(bench, "/samples?limit=2");
  EXPECT_THAT(first, AllOf(HasSubstr(">3<small>"), HasSubstr(">2<small>"), Not(HasSubstr(">1<small>"))));
  const auto begin = first.find("href=\"/samples?limit=2&amp;cursor=");
  ASSERT_NE(begin, std::string::npos);
  std::string link = first.substr(begin + 6, first.find('"', begin + 6) - begin - 6);
  link.replace(link.find("&amp;"), 5, "&");
  EXPECT_THAT(body(bench, link), AllOf(HasSubstr(">1<small>"), Not(HasSubstr(">3<small>")), HasSubstr("First page")));
  EXPECT_THAT(body(bench, "/samples?limit=1&order=asc"), AllOf(HasSubstr(">1<small>"), Not(HasSubstr(">2<small>"))));
}

TEST(Page, BadParametersAreNamed) {
  PageBench bench;
  for (const char* query :
       {"range=soon", "range=0s", "limit=0", "limit=many", "order=sideways", "severity=loud", "refresh=maybe"}) {
    for (const char* path : {"/", "/partials/metrics", "/events"}) {
      const Response answer = bench.get(std::string(path) + "?" + query);
      EXPECT_EQ(answer.status, 400) << query;
      EXPECT_THAT(answer.body,
                  HasSubstr(std::string("&apos;") + std::string(query).substr(0, std::string(query).find('='))))
          << query;
      PageBench::expect_sound(answer);
    }
  }
  EXPECT_EQ(bench.get("/samples?cursor=x").status, 400);
  EXPECT_EQ(bench.get("/events?cursor=x").status, 400);
  EXPECT_EQ(bench.get("/?range=&limit=&order=&name=").status, 200) << "forms send what is empty";
  EXPECT_EQ(bench.get("/?limit=99999999999999999999999").status, 200) << "a limit above the most is clamped";
}

TEST(Page, DatabaseThatDoesNotAnswerIsANotice) {
  PageBench bench(PageBench::Database::broken);
  bench.collectors = {collector_of("http", "api", "network.http", true)};
  for (const char* page :
       {"/", "/samples", "/events", "/series/net.http.api.rtt", "/partials/metrics", "/partials/events"})
    EXPECT_THAT(body(bench, page), AllOf(HasSubstr("the &lt;disk&gt; is gone"), HasSubstr("bring it back"))) << page;
  EXPECT_THAT(body(bench, "/"), HasSubstr(">api</a>")) << "what is known is shown";
}

TEST(Page, SeriesHasAChartAndItsSamples) {
  PageBench bench;
  bench.measure(rtt("api"), {10.0, 20.0, std::nullopt, 30.0});
  bench.measure(series_of("custom", "nameless", "t", "", "", ""), {1.0});
  bench.settle();
  const std::string html = body(bench, "/series/net.http.api.rtt");
  EXPECT_THAT(html, AllOf(HasSubstr("class=\"band\""), HasSubstr("class=\"miss\""), HasSubstr("1 of 4 failed"),
                          HasSubstr("net.http.api.rtt, last hour: from 10 ms to 30 ms"), HasSubstr("Latest samples")));
  for (const char* range : {"15m", "24h", "30d", "36500d"})
    body(bench, std::string("/series/net.http.api.rtt?range=") + range);
  EXPECT_EQ(bench.get("/series/net.http.nothing").status, 404);
  EXPECT_EQ(bench.get("/series/12345").status, 404);
  EXPECT_THAT(
      body(bench, "/series/" + std::to_string(to_signed(series_of("custom", "nameless", "t", "", "", "").id()))),
      HasSubstr("Latest samples"));
}

TEST(Page, EventsShowSeverityAsAWordAndTheirDetails) {
  PageBench bench;
  for (const Severity severity : {Severity::info, Severity::critical}) {
    Event event;
    event.severity = severity;
    event.message = "it is " + std::string(to_string(severity));
    event.payload = R"({"address":"192.0.2.1"})";
    bench.say(event);
  }
  bench.settle();
  EXPECT_THAT(body(bench, "/events"),
              AllOf(HasSubstr("it is info"), HasSubstr(">critical</span>"), HasSubstr("address: 192.0.2.1")));
  EXPECT_THAT(body(bench, "/partials/events?severity=error"),
              AllOf(HasSubstr("it is critical"), Not(HasSubstr("it is info"))));
}

TEST(Page, RefreshCanBePausedWithoutScripts) {
  PageBench bench;
  EXPECT_THAT(body(bench, "/?name=a"),
              AllOf(HasSubstr("http-equiv=\"refresh\""), HasSubstr("name=\"refresh\" value=\"off\""),
                    HasSubstr("name=\"name\" value=\"a\"")));
  EXPECT_THAT(body(bench, "/?refresh=off"), AllOf(Not(HasSubstr("http-equiv=\"refresh\"")), HasSubstr("Resume")));
}

TEST(Page, PartsAreNeverKept) {
  PageBench bench;
  for (const char* part : kParts) {
    const Response answer = bench.get(part);
    ASSERT_NE(answer.header("Cache-Control"), nullptr) << part;
    EXPECT_EQ(*answer.header("Cache-Control"), "no-store");
    EXPECT_THAT(answer.body, Not(HasSubstr("<html"))) << part;
  }
}

TEST(Page, AssetsAreServedForGoodUnderTheirHash) {
  PageBench bench;
  const std::string html = body(bench, "/");
  std::size_t total = 0, count = 0;
  for (auto at = html.find("\"/assets/"); at != std::string::npos; at = html.find("\"/assets/", at + 1)) {
    const std::string path = html.substr(at + 1, html.find('"', at + 1) - at - 1);
    const Response answer = bench.get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_THAT(*answer.header("Cache-Control"), HasSubstr("immutable"));
    EXPECT_EQ(bench.router.find("GET", path).access, Router::Access::open);
    total += answer.body.size();
    ++count;
  }
  EXPECT_EQ(count, 7U);
  EXPECT_LT(total, 40'000U) << "the first view has 70 kB, the page itself included";
  EXPECT_EQ(bench.get("/favicon.ico").content_type, "image/svg+xml; charset=utf-8");
  EXPECT_EQ(bench.router.find("GET", "/").access, Router::Access::page);
}

}  // namespace
}  // namespace oculus::web
