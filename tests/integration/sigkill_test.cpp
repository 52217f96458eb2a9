// SIGKILL, again and again, on one database: what was shown had been committed, so it is there, and there once.
#include <gtest/gtest.h>

#include <csignal>

#include "eventually.hpp"
#include "integration/sample_keys.hpp"
#include "integration/servers.hpp"

namespace oculus::integration {
namespace {

TEST(Sigkill, LosesAndDoublesNothingThatWasShown) {
  constexpr std::size_t kDeaths = 10;
  const Redis redis;
  const TempDir dir;
  dir.write("oculus.yaml", thirty_collectors(redis.port()) + "database: { batch_flush_interval: 20ms }\n");
  SampleKeys seen;
  for (std::size_t death = 0; death < kDeaths; ++death) {
    OculusProcess oculus(dir);
    const std::size_t wanted = seen.size() + death * 5;  // from the first breath to the midst of the work
    ASSERT_TRUE(eventually([&] { return (seen = shown_samples(oculus)).size() >= wanted; }, kPatience)) << death;
    oculus.process().signal(SIGKILL);
    ASSERT_EQ(oculus.process().wait(), -SIGKILL);

    const SampleKeys disk = stored_samples(dir);
    for (const std::string& sample : seen) ASSERT_EQ(disk.count(sample), 1U) << sample << " after death " << death;
    const Ended check = run_oculus(dir, {"check-db"});
    ASSERT_EQ(check.status, 0) << check.err;
  }
}

}  // namespace
}  // namespace oculus::integration
