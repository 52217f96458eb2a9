// A configuration file in all its forms, and real servers behind it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "eventually.hpp"
#include "integration/oculus_process.hpp"
#include "integration/servers.hpp"

namespace oculus::integration {
namespace {

using testing::HasSubstr;

bool arrives(const OculusProcess& oculus, std::string_view symbol) {
  return eventually([&] { return oculus.has_value(symbol); }, kPatience);
}

std::string why(const OculusProcess& oculus, std::string_view symbol) {
  return boost::json::serialize(oculus.latest(symbol));
}

TEST(ConfiguredTargets, AreWatchedOverTcpHttpTlsAndHttp2) {
  const Nginx nginx;
  const Redis redis;
  const TempDir dir;
  dir.write("oculus.yaml", fmt::format(R"({}
defaults: {{ http: {{ interval: 1s, tags: {{ env: test }} }}, tcp: {{ interval: 1s }} }}
collector_include: collectors.d/
collectors:
  tcp: [{{ name: redis, host: 127.0.0.1, port: {} }}]
  http:
    - {{ name: plain, url: "{}/", success_conditions: {{ status_codes: [200], body_contains: hello }} }}
    - {{ name: tls, url: "{}/", ca_file: "{}", http_version: "1.1",
         success_conditions: {{ body_regex: "over HTTP/1" }} }}
    - {{ name: h2, url: "{}/", ca_file: "{}", success_conditions: {{ body_regex: "over HTTP/2" }} }}
    - {{ name: stranger, url: "{}/" }}
    - {{ name: "path-{{{{target}}}}", url: "{}/{{{{target}}}}", targets: [moved, teapot],
         success_conditions: {{ status_codes: ["200-299", 418] }} }}
)",
                                       kNoRateLimit, redis.port(), nginx.http(), nginx.https(), nginx.ca_file(),
                                       nginx.https(), nginx.ca_file(), nginx.https(), nginx.http()));
  dir.write("collectors.d/more.toml",
            fmt::format("[[tcp]]\nname = \"redis-again\"\nhost = \"localhost\"\nport = {}\n", redis.port()));
  OculusProcess oculus(dir, {"-c", "oculus.yaml"});

  for (const char* symbol :
       {"net.tcp.redis.rtt", "net.tcp.redis_again.rtt", "net.http.plain.rtt", "net.http.plain.ttfb", "net.http.tls.rtt",
        "net.http.tls.tls", "net.http.h2.rtt", "net.http.path_moved.rtt", "net.http.path_teapot.rtt"})
    EXPECT_TRUE(arrives(oculus, symbol)) << symbol << ' ' << why(oculus, symbol);

  ASSERT_TRUE(arrives(oculus, "net.http.tls.cert_days"));
  const auto days = oculus.latest("net.http.tls.cert_days");
  EXPECT_NEAR(days.at("value").to_number<double>(), 30, 1.1);
  EXPECT_EQ(days.at("tags").at("env").as_string(), "test");  // of the defaults
  EXPECT_EQ(oculus.latest("net.http.path_teapot.status").at("value").to_number<double>(), 418);
  EXPECT_TRUE(eventually([&] { return oculus.failed_with("net.http.stranger.rtt", "tls"); }, kPatience))
      << why(oculus, "net.http.stranger.rtt");
}

TEST(ConfiguredTargets, AreFoundByTheQueryCommandWhileTheServerRuns) {
  const Redis redis;
  const TempDir dir;
  dir.write("oculus.yaml", fmt::format("{}collectors: {{ tcp: [{{ name: redis, host: 127.0.0.1, port: {}, interval: 1s "
                                       "}}] }}\n",
                                       kNoRateLimit, redis.port()));
  const OculusProcess oculus(dir);
  ASSERT_TRUE(arrives(oculus, "net.tcp.redis.rtt"));

  const Ended table = run_oculus(dir, {"query", "select * from metrics limit 5"});
  EXPECT_EQ(table.status, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("duration_ms"));

  const Ended rows = run_oculus(
      dir, {"query", "--json", "select symbol, success from metrics where symbol = 'net.tcp.redis.rtt' limit 1"});
  EXPECT_EQ(rows.status, 0) << rows.err;
  EXPECT_THAT(rows.out, HasSubstr("net.tcp.redis.rtt"));
}

TEST(ConfiguredTargets, ArePingedOrSayWhatToGrant) {
  const TempDir dir;
  dir.write("oculus.yaml",
            fmt::format("{}collectors: {{ ping: [{{ name: self, host: 127.0.0.1, interval: 1s, count: 2 }}] }}\n",
                        kNoRateLimit));
  const OculusProcess oculus(dir);
  ASSERT_TRUE(eventually([&] { return !oculus.latest("net.ping.self.rtt").empty(); }, kPatience));
  if (!oculus.has_value("net.ping.self.rtt")) {
    EXPECT_GT(oculus.events_saying("net.ipv4.ping_group_range"), 0U);
    GTEST_SKIP() << "no ICMP socket is permitted here; Oculus says what to grant";
  }
  for (const char* symbol : {"net.ping.self.loss", "net.ping.self.jitter"})
    EXPECT_TRUE(arrives(oculus, symbol)) << symbol;
  EXPECT_EQ(oculus.latest("net.ping.self.loss").at("value").to_number<double>(), 0);
}

TEST(ConfiguredTargets, NothingOfTheirSecretsIsShown) {
  const Nginx nginx;
  const TempDir dir;
  dir.write("oculus.yaml", fmt::format(R"({}
collectors:
  http: [{{ name: secret, url: "{}/teapot", interval: 1s, headers: {{ Authorization: "Bearer {}" }} }}]
)",
                                       kNoRateLimit, nginx.http(), "${WATCHED_TOKEN:-hunter2-hunter2}"));
  OculusProcess oculus(dir);
  ASSERT_TRUE(eventually([&] { return oculus.failed_with("net.http.secret.rtt", "status"); }, kPatience));
  const HttpAnswer one = oculus.get("/api/collectors/http/secret");
  EXPECT_EQ(one.status, 200);
  EXPECT_THAT(one.body, HasSubstr("***"));
  for (const HttpAnswer& shown : {one, oculus.get("/api/events"), oculus.get("/"), oculus.get("/metrics")})
    EXPECT_THAT(shown.body, testing::Not(HasSubstr("hunter2")));
  EXPECT_EQ(oculus.stop(), 0);
  EXPECT_THAT(oculus.process().err(), testing::Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace oculus::integration
