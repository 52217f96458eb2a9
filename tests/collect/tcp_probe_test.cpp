#include "collect/probe/tcp_probe.hpp"

#include <gmock/gmock.h>

#include "collect/one_round.hpp"
#include "net/egress_gate.hpp"
#include "net/fake_name_server.hpp"
#include "net/local_port.hpp"
#include "net/loop_asio.hpp"
#include "net/resolver.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;
using net::FakeNameServer;
using testing::ElementsAre;
using testing::HasSubstr;

class TcpProbeTest : public testing::Test {
 protected:
  std::unique_ptr<Collector> probe(const std::string& host, std::uint16_t port, net::Family family = net::Family::any) {
    return make_tcp_probe(loop, gate, {.name = "Redis 1", .host = host, .port = port, .family = family});
  }
  Round round(const std::string& host, std::uint16_t port, net::Family family = net::Family::any) {
    return one_round(loop, *probe(host, port, family));
  }

  net::EgressGate gate;
  net::Loop loop{"test"};
};

TEST_F(TcpProbeTest, MeasuresTheTimeToConnect) {
  const net::ListeningPort target;
  const Round up = round("127.0.0.1", target.port());
  EXPECT_TRUE(up.success) << up.detail;
  ASSERT_EQ(up.values.size(), 1U);
  ASSERT_TRUE(up.values[0].has_value());
  EXPECT_GT(*up.values[0], 0.0);
  EXPECT_DOUBLE_EQ(*up.values[0] * 100, std::round(*up.values[0] * 100)) << "kept to 0.01 ms";
  EXPECT_TRUE(up.took.has_value());
}

TEST_F(TcpProbeTest, DeclaresOneSeries) {
  const auto collector = probe("example.com", 6379);
  ASSERT_EQ(collector->series().size(), 1U);
  const Series& series = collector->series()[0];
  EXPECT_EQ(series.symbol->text(), "net.tcp.redis_1.rtt");
  EXPECT_EQ(series.identity(), "network.tcp|Redis 1|example.com:6379|field=rtt");
  EXPECT_EQ(series.unit, "ms");
}

TEST_F(TcpProbeTest, ReachesIpv6AndPinsTheFamily) {
  const net::ListeningPort target("::1");
  EXPECT_TRUE(round("::1", target.port()).success);
  EXPECT_EQ(round("::1", target.port(), net::Family::v4).reason, "dns");
}

TEST_F(TcpProbeTest, ARefusalIsAResultWithItsEvidence) {
  const net::RefusingPort target;
  const Round down = round("127.0.0.1", target.port());
  EXPECT_FALSE(down.success);
  EXPECT_EQ(down.reason, "refused");
  EXPECT_THAT(down.values, ElementsAre(std::nullopt));
  EXPECT_THAT(down.detail, HasSubstr(std::to_string(target.port())));
  EXPECT_THAT(down.evidence, HasSubstr("\"phases\""));
  EXPECT_THAT(down.evidence, HasSubstr(R"("addresses":["127.0.0.1"])"));
}

TEST_F(TcpProbeTest, SilenceEndsAtTheDeadline) {
  const net::SilentPort target;
  const auto collector = probe("127.0.0.1", target.port());
  EXPECT_EQ(one_round(loop, *collector, 100ms).reason, "timeout");
}

TEST_F(TcpProbeTest, CancelEndsARoundInFlight) {
  const net::SilentPort target;
  const auto collector = probe("127.0.0.1", target.port());
  auto pending = begin_round(loop, *collector, Clock::now() + 1h);
  loop.post([&] { collector->cancel(); });
  EXPECT_EQ(pending.get().reason, "cancelled");
}

TEST_F(TcpProbeTest, ANameThatDoesNotExistIsDns) {
  const FakeNameServer server([](const auto& question, int) { return FakeNameServer::answer(question, 3); });
  loop.post([&] { net::resolver_of(net::context(loop)).use_servers(server.address()); });
  const Round lost = round("missing.example.com", 80);
  EXPECT_EQ(lost.reason, "dns");
  EXPECT_THAT(lost.detail, HasSubstr("does not exist"));
}

TEST_F(TcpProbeTest, TheGateIsItsOwnReason) { EXPECT_EQ(round("169.254.169.254", 80).reason, "gate"); }

}  // namespace
}  // namespace oculus::collect
