// A target that goes away and comes back.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventually.hpp"
#include "integration/oculus_process.hpp"
#include "integration/servers.hpp"

namespace oculus::integration {
namespace {

TEST(FailingTarget, IsToldOnceWhenItFailsAndOnceWhenItRecovers) {
  constexpr std::string_view kSymbol = "net.http.site.rtt";
  Nginx nginx;
  const TempDir dir;
  dir.write("oculus.yaml", fmt::format("{}collectors: {{ http: [{{ name: site, url: \"{}/\", interval: 1s }}] }}\n",
                                       kNoRateLimit, nginx.http()));
  const OculusProcess oculus(dir);
  ASSERT_TRUE(eventually([&] { return oculus.has_value(kSymbol); }, kPatience));
  const auto events = [&] { return oculus.items("/api/events?source=collector.network.http").size(); };
  EXPECT_EQ(events(), 0U);

  nginx.stop();
  ASSERT_TRUE(eventually([&] { return oculus.failed_with(kSymbol, "refused"); }, kPatience));
  EXPECT_TRUE(oculus.latest(kSymbol).at("value").is_null()) << "nothing was measured";
  const auto failures = [&] {
    std::size_t count = 0;
    for (const auto& sample : oculus.samples(kSymbol))
      if (!sample.at("success").as_bool()) ++count;
    return count;
  };
  ASSERT_TRUE(eventually([&] { return failures() >= 3; }, kPatience));
  EXPECT_EQ(events(), 1U) << "each failure was told";

  nginx.start();
  ASSERT_TRUE(eventually([&] { return oculus.has_value(kSymbol); }, kPatience));
  EXPECT_TRUE(eventually([&] { return events() == 2U; }, kPatience));
  const std::size_t samples = oculus.samples(kSymbol).size();
  ASSERT_TRUE(eventually([&] { return oculus.samples(kSymbol).size() >= samples + 2; }, kPatience));
  EXPECT_EQ(events(), 2U) << "each success was told";
  EXPECT_EQ(oculus.events_saying("'site'"), 3U) << "added, failing, recovered";
}

}  // namespace
}  // namespace oculus::integration
