// Targets that keep silent, reset, flood or drip: each has its reason, and nobody else waits for them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventually.hpp"
#include "integration/bad_server.hpp"
#include "integration/loopback.hpp"
#include "integration/oculus_process.hpp"
#include "integration/servers.hpp"

namespace oculus::integration {
namespace {

TEST(MisbehavingTarget, IsNamedByItsReasonAndHoldsUpNobodyElse) {
  const BadServer silence(Misbehaviour::silence), reset(Misbehaviour::reset), flood(Misbehaviour::flood),
      drip(Misbehaviour::drip), gibberish(Misbehaviour::gibberish);
  const Redis redis;
  const TempDir dir;
  dir.write("oculus.yaml", fmt::format(R"({}
defaults: {{ http: {{ interval: 1s, timeout: 2s }} }}
collectors:
  tcp:
    - {{ name: redis, host: 127.0.0.1, port: {}, interval: 1s }}
    - {{ name: nobody, host: 127.0.0.1, port: {}, interval: 1s }}
    - {{ name: nameless, host: no-such-host.invalid, port: 80, interval: 1s }}
  http:
    - {{ name: silence, url: "{}" }}
    - {{ name: reset, url: "{}" }}
    - {{ name: flood, url: "{}", timeout: 20s }}
    - {{ name: drip, url: "{}" }}
    - {{ name: gibberish, url: "{}" }}
)",
                                       kNoRateLimit, redis.port(), free_port(), silence.url(), reset.url(), flood.url(),
                                       drip.url(), gibberish.url()));
  OculusProcess oculus(dir);
  for (const auto& [name, reason] : {std::pair{"http.silence", "timeout"}, std::pair{"http.reset", "reset"},
                                     std::pair{"http.flood", "body"}, std::pair{"http.drip", "timeout"},
                                     std::pair{"http.gibberish", "protocol"}, std::pair{"tcp.nobody", "refused"}}) {
    const std::string symbol = fmt::format("net.{}.rtt", name);
    EXPECT_TRUE(eventually([&] { return oculus.failed_with(symbol, reason); }, kPatience))
        << symbol << " is not " << reason << ": " << oculus.get("/api/metrics/" + symbol).body;
  }
  EXPECT_TRUE(eventually([&] { return oculus.failed_with("net.tcp.nameless.rtt", "dns"); }, kPatience))
      << oculus.get("/api/metrics/net.tcp.nameless.rtt").body;

  // While they go on misbehaving, the good one keeps its pace: no slot of it is missed.
  const std::size_t before = oculus.samples("net.tcp.redis.rtt").size();
  ASSERT_TRUE(eventually([&] { return oculus.samples("net.tcp.redis.rtt").size() >= before + 3; }, kPatience));
  for (const auto& sample : oculus.samples("net.tcp.redis.rtt")) EXPECT_TRUE(sample.at("success").as_bool());

  const std::string one = oculus.get("/api/collectors/http/silence").body;
  EXPECT_NE(one.find("last_failing_answer"), std::string::npos);
  EXPECT_EQ(oculus.stop(), 0) << "a round under way held up the end";
}

}  // namespace
}  // namespace oculus::integration
