#include "collect/probe/ping_probe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "collect/one_round.hpp"
#include "net/egress_gate.hpp"
#include "net/own_network.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

PingProbeSettings quick(std::string host) {
  return {.name = "gw", .host = std::move(host), .count = 3, .packet_interval = 10ms};
}

// A network of the test's own with raw sockets, skipped where there is none to be had.
class PingProbe : public testing::Test {
 protected:
  void in_own_network(const std::function<void()>& body) {
    bool possible = false;
    std::thread([&] {
      possible = net::enter_own_network();
      if (possible) body();
    }).join();
    if (!possible) GTEST_SKIP() << "needs the capabilities net_admin, net_raw and sys_admin";
  }

  static Round measure(PingProbeSettings settings, std::chrono::milliseconds limit, net::EgressGate gate = {}) {
    net::Loop loop("probe");
    const auto probe = make_ping_probe(loop, gate, std::move(settings));
    if (!probe) return Round::failed("test", probe.error().text());
    auto round = one_round(loop, **probe, limit);
    loop.stop();  // the probe goes first, and nothing may run in it by then
    return round;
  }
};

TEST_F(PingProbe, DeclaresRttLossAndJitter) {
  net::Loop loop("probe");
  const net::EgressGate gate;
  const auto probe = make_ping_probe(loop, gate, quick("192.0.2.1"));
  ASSERT_TRUE(probe) << probe.error().text();
  std::vector<std::string> found;
  for (const Series& series : (*probe)->series())
    found.push_back(series.symbol->text() + " " + series.unit + " " + series.identity());
  EXPECT_THAT(found, ElementsAre("net.ping.gw.rtt ms network.ping|gw|192.0.2.1|field=rtt",
                                 "net.ping.gw.loss % network.ping|gw|192.0.2.1|field=loss",
                                 "net.ping.gw.jitter ms network.ping|gw|192.0.2.1|field=jitter"));
}

TEST_F(PingProbe, RefusesSettingsThatMakeNoSense) {
  net::Loop loop("probe");
  const net::EgressGate gate;
  const auto refused = [&](const std::function<void(PingProbeSettings&)>& spoil) {
    auto settings = quick("192.0.2.1");
    spoil(settings);
    const auto probe = make_ping_probe(loop, gate, settings);
    return probe ? "taken" : probe.error().text();
  };
  EXPECT_EQ(refused([](auto& s) { s.count = 21; }), "ping 'gw': count 21; 1 to 20");
  EXPECT_EQ(refused([](auto& s) { s.count = 0; }), "ping 'gw': count 0; 1 to 20");
  EXPECT_EQ(refused([](auto& s) { s.size = 7; }), "ping 'gw': size 7; 8 to 65507");
  EXPECT_EQ(refused([](auto& s) { s.packet_interval = 9ms; }), "ping 'gw': packet_interval 9ms; 10ms to 10s");
  EXPECT_EQ(refused([](auto& s) { s.host.clear(); }), "ping 'gw': the host is empty; a name or an address");
}

TEST_F(PingProbe, MeasuresOverBothFamilies) {
  in_own_network([] {
    for (const auto* const host : {"127.0.0.1", "::1"}) {
      const Round round = measure(quick(host), 10s);
      EXPECT_TRUE(round.success) << round.detail;
      ASSERT_EQ(round.values.size(), 3U);
      EXPECT_TRUE(round.values[0]);
      EXPECT_EQ(round.values[1], 0.0);
      EXPECT_TRUE(round.values[2]);
      EXPECT_TRUE(round.took);
      EXPECT_EQ(round.reason + round.evidence, "");
    }
  });
}

TEST_F(PingProbe, KeepsTheLossOfASilentHost) {
  in_own_network([] {
    ASSERT_TRUE(net::set_sysctl("ipv4/icmp_echo_ignore_all", "1"));
    const Round round = measure(quick("127.0.0.1"), 200ms);
    EXPECT_FALSE(round.success);
    EXPECT_EQ(round.reason, "timeout");
    EXPECT_EQ(round.detail, "127.0.0.1: none of 3 pings was answered");
    EXPECT_THAT(round.values, ElementsAre(std::nullopt, 100.0, std::nullopt));
    EXPECT_EQ(round.took, std::nullopt);
    EXPECT_EQ(
        round.evidence,
        R"({"address":"127.0.0.1","sent":3,"received":0,"target":"127.0.0.1","error":"none of 3 pings was answered"})");
  });
}

TEST_F(PingProbe, SaysUnreachableWhereSomeoneSaysSo) {
  in_own_network([] {
    const Round round = measure(quick("192.0.2.1"), 10s);
    EXPECT_EQ(round.reason, "unreachable");
    EXPECT_EQ(round.detail, "192.0.2.1: Network is unreachable");
    EXPECT_THAT(round.values, ElementsAre(std::nullopt, 100.0, std::nullopt));
  });
}

TEST_F(PingProbe, SaysWhatToGrant) {
  in_own_network([] {
    ASSERT_TRUE(net::drop_raw_sockets());
    const Round round = measure(quick("127.0.0.1"), 10s);
    EXPECT_FALSE(round.success);
    EXPECT_EQ(round.reason, "not_permitted");
    EXPECT_THAT(round.detail, testing::HasSubstr("cap_net_raw"));
    EXPECT_THAT(round.detail, testing::HasSubstr("ping_group_range"));
    EXPECT_THAT(round.values, ElementsAre(std::nullopt, std::nullopt,
                                          std::nullopt));  // nothing was sent: there is no loss to speak of
  });
}

TEST_F(PingProbe, AsksTheGateBeforeItSends) {
  const std::string deny[] = {"127.0.0.0/8"};
  const auto gate = net::EgressGate::make({}, deny);
  ASSERT_TRUE(gate);
  const Round round = measure(quick("127.0.0.1"), 10s, *gate);
  EXPECT_EQ(round.reason, "gate");
  EXPECT_THAT(round.detail, testing::HasSubstr("127.0.0.0/8"));
}

TEST_F(PingProbe, AnUnknownNameIsDns) {
  auto settings = quick("127.0.0.1");
  settings.family = net::Family::v6;
  EXPECT_EQ(measure(settings, 10s).reason, "dns");  // no address of the family that is pinned
}

}  // namespace
}  // namespace oculus::collect
