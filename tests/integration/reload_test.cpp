// A changed file or SIGHUP: the difference is applied, and a bad file changes nothing.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>

#include "eventually.hpp"
#include "integration/oculus_process.hpp"
#include "integration/servers.hpp"

namespace oculus::integration {
namespace {

class Reload : public testing::Test {
 protected:
  [[nodiscard]] std::string tcp(std::string_view name, std::string_view more = "") const {
    return fmt::format("    - {{ name: {}, host: 127.0.0.1, port: {}, interval: 1s{} }}\n", name, redis_.port(), more);
  }
  void write(std::string_view collectors, std::string_view head = kNoRateLimit) const {
    dir_.write("oculus.yaml", fmt::format("{}collectors:\n  tcp:\n{}", head, collectors));
  }
  static bool arrives(const OculusProcess& oculus, std::string_view symbol) {
    return eventually([&] { return oculus.has_value(symbol); }, kPatience);
  }
  static bool told(const OculusProcess& oculus, std::string_view words, std::size_t times = 1) {
    return eventually([&] { return oculus.events_saying(words) >= times; }, kPatience);
  }

  const Redis redis_;
  const TempDir dir_;
};

TEST_F(Reload, OfARenamedFileAppliesTheDifference) {
  write(tcp("stays") + tcp("changes") + tcp("goes"));
  const OculusProcess oculus(dir_);
  for (const char* symbol : {"net.tcp.stays.rtt", "net.tcp.changes.rtt", "net.tcp.goes.rtt"})
    ASSERT_TRUE(arrives(oculus, symbol)) << symbol;
  const auto old_series = oculus.latest("net.tcp.changes.rtt").at("series_id");

  write(tcp("stays") + tcp("changes", ", tags: { v: 2 }") + tcp("comes"));
  ASSERT_TRUE(told(oculus, "was reloaded after a changed file"));
  ASSERT_TRUE(arrives(oculus, "net.tcp.comes.rtt"));
  EXPECT_TRUE(
      eventually([&] { return oculus.latest("net.tcp.changes.rtt").at("series_id") != old_series; }, kPatience));
  EXPECT_EQ(oculus.get("/api/collectors/tcp/goes").status, 404);
  EXPECT_FALSE(oculus.samples("net.tcp.goes.rtt").empty()) << "history went with the collector";
  EXPECT_EQ(oculus.events_saying("'stays'"), 1U) << "what did not change was touched";
  EXPECT_TRUE(told(oculus, "'comes' was added"));
  EXPECT_TRUE(told(oculus, "'changes' was changed"));
  EXPECT_TRUE(told(oculus, "'goes' was removed"));
}

TEST_F(Reload, OfTheIncludedDirectoryTakesNewFiles) {
  dir_.write("collectors.d/first.yaml", "tcp:\n" + tcp("first"));
  dir_.write("oculus.yaml", fmt::format("{}collector_include: collectors.d/\n", kNoRateLimit));
  const OculusProcess oculus(dir_);
  ASSERT_TRUE(arrives(oculus, "net.tcp.first.rtt"));
  dir_.write("collectors.d/second.yaml", "tcp:\n" + tcp("second"));
  EXPECT_TRUE(arrives(oculus, "net.tcp.second.rtt"));
}

TEST_F(Reload, OfANewIncludedDirectoryWatchesIt) {
  dir_.write("old.d/first.yaml", "tcp:\n" + tcp("first"));
  dir_.write("new.d/second.yaml", "tcp:\n" + tcp("second"));
  dir_.write("oculus.yaml", fmt::format("{}collector_include: old.d/\n", kNoRateLimit));
  const OculusProcess oculus(dir_);
  ASSERT_TRUE(arrives(oculus, "net.tcp.first.rtt"));
  dir_.write("oculus.yaml", fmt::format("{}collector_include: new.d/\n", kNoRateLimit));
  ASSERT_TRUE(arrives(oculus, "net.tcp.second.rtt"));
  EXPECT_EQ(oculus.get("/api/collectors/tcp/first").status, 404);
  dir_.write("new.d/third.yaml", "tcp:\n" + tcp("third"));
  EXPECT_TRUE(arrives(oculus, "net.tcp.third.rtt"));
}

TEST_F(Reload, IsMadeBySighup) {
  write(tcp("redis"));
  OculusProcess oculus(dir_);
  ASSERT_TRUE(told(oculus, "Oculus started"));
  oculus.process().signal(SIGHUP);
  EXPECT_TRUE(told(oculus, "was reloaded after SIGHUP"));
  EXPECT_EQ(oculus.stop(), 0);
}

TEST_F(Reload, OfABadFileLeavesTheOldRunningAndSaysWhy) {
  write(tcp("redis"));
  const OculusProcess oculus(dir_);
  ASSERT_TRUE(arrives(oculus, "net.tcp.redis.rtt"));
  write(tcp("redis", ", intervall: 2s") + tcp("other"));
  ASSERT_TRUE(told(oculus, "was not reloaded"));
  EXPECT_GE(oculus.events_saying("intervall"), 1U) << "the event does not say why";
  EXPECT_EQ(oculus.get("/api/collectors/tcp/other").status, 404) << "half of a bad file was applied";
  const std::size_t before = oculus.samples("net.tcp.redis.rtt").size();
  EXPECT_TRUE(eventually([&] { return oculus.samples("net.tcp.redis.rtt").size() > before; }, kPatience));

  write(tcp("redis") + tcp("other"));
  EXPECT_TRUE(arrives(oculus, "net.tcp.other.rtt")) << "a good file is not taken after a bad one";
}

TEST_F(Reload, TakesTheFirstFileThatIsWritten) {
  const OculusProcess oculus(dir_);
  ASSERT_TRUE(arrives(oculus, "oculus.memory"));
  write(tcp("redis"));
  EXPECT_TRUE(arrives(oculus, "net.tcp.redis.rtt"));
}

TEST_F(Reload, OfAFileThatIsGoneLeavesTheOldRunning) {
  write(tcp("redis"));
  const OculusProcess oculus(dir_);
  ASSERT_TRUE(arrives(oculus, "net.tcp.redis.rtt"));
  std::filesystem::rename(dir_.file("oculus.yaml"), dir_.file("aside.yaml"));
  ASSERT_TRUE(told(oculus, "the old one runs on: 'oculus.yaml' cannot be read"));
  EXPECT_EQ(oculus.get("/api/collectors/tcp/redis").status, 200);
  write(tcp("redis") + tcp("other"));
  EXPECT_TRUE(arrives(oculus, "net.tcp.other.rtt"));
}

TEST_F(Reload, CountsTheMistakesThatItDoesNotTell) {
  write(tcp("redis"));
  const OculusProcess oculus(dir_);
  ASSERT_TRUE(arrives(oculus, "net.tcp.redis.rtt"));
  write(tcp("redis", ", intervall: 2s") + tcp("other", ", prot: 1") + tcp("third", ", hots: h"));
  EXPECT_TRUE(told(oculus, "(and 2 more; see the log)"));
}

TEST_F(Reload, ChangesWhatMayBeReachedWhatIsLoggedAndItsOwnValues) {
  write(tcp("redis"), "server: { rate_limit: off }\nself: { enabled: false }\nlog: { level: error }\n");
  OculusProcess oculus(dir_);
  ASSERT_TRUE(arrives(oculus, "net.tcp.redis.rtt"));
  EXPECT_EQ(oculus.process().err(), "");
  write(tcp("redis"), "server: { rate_limit: off }\nself: { interval: 1s }\negress: { deny: [127.0.0.0/8] }\n");
  EXPECT_TRUE(eventually([&] { return oculus.failed_with("net.tcp.redis.rtt", "gate"); }, kPatience));
  EXPECT_TRUE(arrives(oculus, "oculus.memory"));
  EXPECT_EQ(oculus.events_saying("needs a restart"), 0U);
  EXPECT_THAT(oculus.process().err(), testing::HasSubstr("the configuration was reloaded"));
}

TEST_F(Reload, SaysWhatNeedsARestart) {
  write(tcp("redis"));
  const OculusProcess oculus(dir_);
  ASSERT_TRUE(arrives(oculus, "net.tcp.redis.rtt"));
  write(tcp("redis"), "server: { rate_limit: off, max_connections: 77 }\ndatabase: { retention: 9d }\n");
  EXPECT_TRUE(told(oculus, "needs a restart to take effect: server database"));
}

}  // namespace
}  // namespace oculus::integration
