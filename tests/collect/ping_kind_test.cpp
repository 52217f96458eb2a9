#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect/kinds.hpp"
#include "collect/probe/ping_probe.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;

// What `text` makes under the name `gw`; mistakes end up in `problems`.
std::unique_ptr<Collector> made(std::string_view text, config::Problems& problems) {
  CollectorSpec spec;
  spec.type = "ping";
  spec.name = "gw";
  spec.timeout = kPingProbe.default_timeout;
  spec.tags = {{"env", "prod"}};
  const auto node = config::parse(text, config::Syntax::yaml, "oculus.yaml", nullptr, problems);
  spec.settings = config::Settings::read(node, kPingProbe.fields, "ping 'gw'", problems);
  spec.place = {"oculus.yaml", 1, 1};
  return problems.none() ? kPingProbe.make(spec, {}, problems) : nullptr;
}

TEST(PingKind, DeclaresRttLossAndJitter) {
  config::Problems problems;
  const auto probe = made("{ host: 192.0.2.1, ip: 4, count: 5, packet_interval: 100ms, size: 1000 }", problems);
  ASSERT_TRUE(problems.none()) << problems.text();
  std::vector<std::string> found;
  for (const Series& series : probe->series())
    found.push_back(series.symbol->text() + " " + series.unit + " " + series.identity());
  EXPECT_THAT(found, testing::ElementsAre("net.ping.gw.rtt ms network.ping|gw|192.0.2.1|env=prod,field=rtt",
                                          "net.ping.gw.loss % network.ping|gw|192.0.2.1|env=prod,field=loss",
                                          "net.ping.gw.jitter ms network.ping|gw|192.0.2.1|env=prod,field=jitter"));
  EXPECT_EQ(probe->series().front().interval, 30s);
}

TEST(PingKind, RefusesWhatIsOutOfRange) {
  for (const auto* const text :
       {"{}", "{ host: a, count: 0 }", "{ host: a, count: 21 }", "{ host: a, size: 7 }", "{ host: a, size: 65508 }",
        "{ host: a, packet_interval: 9ms }", "{ host: a, packet_interval: 11s }", "{ host: a, ip: 5 }"}) {
    config::Problems problems;
    EXPECT_EQ(made(text, problems), nullptr) << text;
    EXPECT_EQ(problems.list().size(), 1U) << text << problems.text();
  }
}

TEST(PingKind, WantsAllRequestsOutBeforeTheTimeout) {
  config::Problems problems;
  EXPECT_EQ(made("{ host: 192.0.2.1, count: 20 }", problems), nullptr);
  ASSERT_EQ(problems.list().size(), 1U);
  EXPECT_EQ(problems.list().front().text(),
            "oculus.yaml:1:1: ping 'gw': 20 requests every 200ms take 3s800ms, and the timeout is 3s; a longer "
            "timeout, or fewer requests");
}

}  // namespace
}  // namespace oculus::collect
