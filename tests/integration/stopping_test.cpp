// SIGTERM at any moment: what was shown or accepted is on disk when the process has ended with status 0.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <charconv>
#include <csignal>
#include <string>

#include "eventually.hpp"
#include "integration/sample_keys.hpp"
#include "integration/servers.hpp"

namespace oculus::integration {
namespace {

std::uint64_t counter(const OculusProcess& oculus, std::string_view name) {
  const std::string page = oculus.get("/metrics").body;
  const std::size_t at = page.find(fmt::format("\n{} ", name));
  std::uint64_t value = 0;
  if (at != std::string::npos) std::from_chars(page.data() + at + name.size() + 2, page.data() + page.size(), value);
  return value;
}

class StoppingAtAnyMoment : public testing::TestWithParam<std::size_t> {};

TEST_P(StoppingAtAnyMoment, KeepsWhatWasShownAndWhatWasAccepted) {
  const Redis redis;
  const TempDir dir;
  dir.write("oculus.yaml", thirty_collectors(redis.port()));
  OculusProcess oculus(dir);
  SampleKeys seen;
  ASSERT_TRUE(eventually([&] { return (seen = shown_samples(oculus)).size() >= GetParam(); }, kPatience));
  const std::uint64_t accepted = counter(oculus, "oculus_writer_accepted_total");
  EXPECT_EQ(oculus.stop(), 0) << oculus.process().err();

  const SampleKeys disk = stored_samples(dir);
  for (const std::string& sample : seen) EXPECT_EQ(disk.count(sample), 1U) << sample;
  const std::string rows = stored(dir,
                                  "select (select count(*) from metric_values) + (select count(*) from events) + "
                                  "(select count(*) from metric_series) + (select count(*) from collectors)");
  EXPECT_GE(std::stoull(rows), accepted) << "a row that had been accepted is missing";
}

INSTANTIATE_TEST_SUITE_P(WhenShown, StoppingAtAnyMoment, testing::Values(0U, 1U, 20U, 100U));

TEST(Stopping, HeedsCtrlCAndSaysSo) {
  const TempDir dir;
  OculusProcess oculus(dir);
  oculus.process().signal(SIGINT);
  EXPECT_EQ(oculus.process().wait(), 0);
  EXPECT_EQ(stored(dir, "select count(*) from events where message = 'Oculus is stopping'"), "1\n");
}

TEST(Stopping, SaysHowMuchIsLostWhenTheDatabaseIsHeldByAnother) {
  const TempDir dir;
  dir.write("oculus.yaml", "server: { rate_limit: off, shutdown_timeout: 2s }\nself: { interval: 1s }\n");
  OculusProcess oculus(dir);
  ASSERT_TRUE(eventually([&] { return oculus.has_value("oculus.memory"); }, kPatience));
  const Process holder(
      {.command = {"sh", "-c",
                   fmt::format("(echo 'BEGIN EXCLUSIVE; SELECT 1;'; exec sleep 600) | exec sqlite3 '{}'",
                               dir.file("data/oculus.db"))}});
  ASSERT_TRUE(eventually([&] { return holder.out().starts_with('1'); }, kPatience)) << holder.err();
  ASSERT_TRUE(eventually([&] { return counter(oculus, "oculus_writer_queue_depth") > 0; }, kPatience));
  EXPECT_EQ(oculus.stop(), 1);
  EXPECT_THAT(oculus.process().err(), testing::HasSubstr("are lost"));
}

}  // namespace
}  // namespace oculus::integration
