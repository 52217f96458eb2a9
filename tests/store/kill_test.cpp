// Nothing that was acknowledged is lost when the process dies, and nothing is there twice when what was not answered is
// sent again. Fifty rounds; OCULUS_KILL_ROUNDS in the environment asks for more.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "store/killed_process.hpp"
#include "store/scratch_database.hpp"

namespace oculus::store {
namespace {

constexpr int kBatch = 20;

int rounds() {
  const char* const wanted = std::getenv("OCULUS_KILL_ROUNDS");
  return wanted == nullptr ? 50 : std::max(1, std::atoi(wanted));
}

TEST(Kill, NothingAcknowledgedIsLostAndNothingIsThereTwice) {
  const ScratchFolder folder;
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::int64_t next = 0;
  for (int round = 0; round < rounds(); ++round) {
    KilledProcess child("sqlite:" + folder.file(), next, kBatch);
    // Killed after a few batches, and somewhere within the next one; some rounds while it still opens the file.
    const std::int64_t batches = std::uniform_int_distribution<std::int64_t>(0, 8)(random);
    const std::chrono::microseconds within(std::uniform_int_distribution<int>(0, 3000)(random));
    if (batches > 0) {
      ASSERT_TRUE(eventually([&] { return child.acknowledged() >= next + batches * kBatch; }));
    }
    const Deadline moment = Clock::now() + within;
    while (Clock::now() < moment) std::this_thread::yield();
    child.kill();
    next = child.acknowledged();  // what was not answered is sent again in the next round

    if (!std::filesystem::exists(folder.file())) continue;  // it did not get that far
    Session session(folder.file());
    const auto table =
        session.sql("SELECT count(*), count(DISTINCT ts), coalesce(sum(value), 0) FROM metrics WHERE ts < ?", {next});
    ASSERT_TRUE(table) << table.error().text();
    EXPECT_EQ(table->rows.at(0).at(0), Cell(next)) << "round " << round;
    EXPECT_EQ(table->rows.at(0).at(1), Cell(next));
    const auto beyond = session.sql("SELECT count(*) FROM metrics WHERE ts >= ?", {next});
    ASSERT_TRUE(beyond);
    EXPECT_LE(std::get<std::int64_t>(beyond->rows.at(0).at(0)), kBatch) << "at most one batch was under way";
    const auto sound = session.read([](Reader& reader) { return reader.integrity(); });
    EXPECT_TRUE(sound) << sound.error().text();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace oculus::store
