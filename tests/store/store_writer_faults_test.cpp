#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "eventually.hpp"
#include "store/fake_storage.hpp"
#include "store/heard.hpp"
#include "store/store_writer.hpp"

namespace oculus::store {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr WriterSettings kEager{
    .channel_capacity = 100, .batch_size = 4, .flush_interval = 24h, .retry_first = 1ms, .retry_longest = 5ms};

TEST(WriterFaults, ABatchThatFailsIsTriedAgainWhole) {  // [W1] [W2]
  for (int nth = 1; nth <= 4; ++nth) {
    FakeDisk disk;
    int writes = 0;
    disk.on_write([&](const std::string&) -> Result<> {
      if (++writes == nth) return std::unexpected(trouble("the disk coughs"));
      return {};
    });
    StoreWriter writer(disk.storage(), kEager);
    for (const double number : {1, 2, 3, 4}) ASSERT_TRUE(writer.try_send(value(number)));
    ASSERT_TRUE(writer.flush());
    EXPECT_THAT(disk.transactions(), ElementsAre(ElementsAre("1", "2", "3", "4"))) << "write " << nth << " failed";
    EXPECT_EQ(writer.counters().retried, 1);
    EXPECT_EQ(writer.counters().committed, 4);
    EXPECT_EQ(writer.counters().set_aside, 0);
  }
}

TEST(WriterFaults, APoisonRowIsSetAsideAndTheRestGoesIn) {  // [W2]
  FakeDisk disk;
  std::string payload;
  disk.on_write([&](const std::string& word) -> Result<> {
    if (word == "2") return failure(ErrorKind::invalid_data, "the row is poison", "no poison");
    return {};
  });
  StoreWriter writer(disk.storage(), kEager);
  for (const double number : {1, 2, 3}) ASSERT_TRUE(writer.try_send(value(number)));
  ASSERT_TRUE(writer.flush());
  EXPECT_THAT(disk.transactions(),
              ElementsAre(ElementsAre("1", "event a row was set aside: the row is poison; no poison", "3")));
  EXPECT_EQ(writer.counters().set_aside, 1);
  EXPECT_EQ(writer.counters().committed, 2);
  EXPECT_EQ(writer.counters().retried, 0);
}

TEST(WriterFaults, AnEventThatIsPoisonItselfHoldsUpNothing) {
  FakeDisk disk;
  disk.on_write([](const std::string& word) -> Result<> {
    if (word.starts_with("event")) return failure(ErrorKind::invalid_data, "no events today");
    return {};
  });
  StoreWriter writer(disk.storage(), kEager);
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(event("a")));
  ASSERT_TRUE(writer.flush());
  EXPECT_THAT(disk.log(), ElementsAre("1"));
  EXPECT_EQ(writer.counters().set_aside, 1);
}

TEST(WriterFaults, WhoWaitsForARowHearsWhyItWasRefused) {
  FakeDisk disk;
  disk.on_write([](const std::string& word) -> Result<> {
    if (word == "collector http/a") return failure(ErrorKind::conflict, "there is one already");
    if (word == "delete http/b") return failure(ErrorKind::not_found, "there is none");
    return {};
  });
  const Heard put, removed, good;
  StoreWriter writer(disk.storage(), kEager);
  ASSERT_TRUE(writer.try_send(PutCollector{{.type = "http", .name = "a"}, true, put.answer()}));
  ASSERT_TRUE(writer.try_send(DeleteCollector{"http", "b", removed.answer()}));
  ASSERT_TRUE(writer.try_send(PutCollector{{.type = "http", .name = "c"}, true, good.answer()}));
  EXPECT_EQ(put.wait().error().kind, ErrorKind::conflict);
  EXPECT_EQ(removed.wait().error().kind, ErrorKind::not_found);
  EXPECT_TRUE(good.wait());
  EXPECT_THAT(disk.log(), ElementsAre("collector http/c")) << "their answer, not an event";
}

TEST(WriterFaults, HoldsEverythingInTroubleAndRecoversByItself) {  // [W1] [W2]
  FakeDisk disk;
  disk.fail(trouble("the disk is full"));
  StoreWriter writer(disk.storage(), kEager);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(writer.try_send(value(i)));
  ASSERT_TRUE(eventually([&] { return disk.attempts() > 3; })) << "it goes on trying";
  EXPECT_THAT(writer.trouble(), HasSubstr("the disk is full"));
  EXPECT_EQ(writer.try_send(value(100)).error().kind, ErrorKind::queue_full) << "memory stays bounded";
  EXPECT_EQ(writer.depth(), 100);
  EXPECT_THAT(disk.log(), IsEmpty());

  disk.fail({});
  ASSERT_TRUE(eventually([&] { return disk.log().size() == 100; }));
  EXPECT_EQ(writer.trouble(), "");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(disk.log()[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(WriterFaults, WhatIsOnlyAskedWaitsForTheEndOfTrouble) {  // [W4]
  FakeDisk disk;
  disk.fail(trouble("the database is locked"));
  const Heard flushed, cleaned;
  StoreWriter writer(disk.storage(), kEager);
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(Flush{flushed.answer()}));
  ASSERT_TRUE(writer.try_send(CleanupValues{0s, cleaned.answer()}));
  ASSERT_TRUE(eventually([&] { return disk.attempts() > 3; }));
  EXPECT_FALSE(flushed.came());
  EXPECT_FALSE(cleaned.came());
  disk.fail({});
  EXPECT_TRUE(flushed.wait());
  EXPECT_TRUE(cleaned.wait());
  EXPECT_THAT(disk.log(), ElementsAre("1", "values deleted"));
}

TEST(WriterFaults, DeletionsThatFailHoldUpNoWrites) {
  FakeDisk disk;
  disk.fail_cleaning(trouble("a page is damaged"));
  const Heard cleaned;
  StoreWriter writer(disk.storage(), kEager);
  ASSERT_TRUE(writer.try_send(CleanupValues{0s, cleaned.answer()}));
  ASSERT_TRUE(eventually([&] { return !disk.log().empty(); }));
  EXPECT_THAT(disk.log(), ElementsAre(HasSubstr("old rows cannot be deleted now")));
  for (const double number : {1, 2, 3, 4}) ASSERT_TRUE(writer.try_send(value(number)));
  ASSERT_TRUE(eventually([&] { return disk.log().size() == 5; }));
  EXPECT_FALSE(cleaned.came());
  EXPECT_EQ(writer.trouble(), "");
  disk.fail_cleaning({});
  EXPECT_TRUE(cleaned.wait());
  EXPECT_EQ(disk.log().size(), 6) << "told once, however often it failed";
}

TEST(WriterFaults, AnAbandonedShutdownSaysHowManyAreLost) {
  FakeDisk disk;
  disk.fail(trouble("the disk is full"));
  const Heard flushed, queued_flush, put, round;
  StoreWriter writer(disk.storage(), kEager);
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(Flush{flushed.answer()}));
  ASSERT_TRUE(eventually([&] { return disk.attempts() > 1; }));
  ASSERT_TRUE(writer.try_send(event("a")));
  ASSERT_TRUE(writer.try_send(PutCollector{{.type = "http", .name = "a"}, true, put.answer()}));
  ASSERT_TRUE(writer.try_send(InsertValues{{value(2).sample, value(3).sample}, round.answer()}));
  ASSERT_TRUE(writer.try_send(Flush{queued_flush.answer()}));
  EXPECT_EQ(writer.shutdown(Clock::now() + 20ms), 5);
  for (const Heard* waits : {&flushed, &queued_flush, &put, &round})
    EXPECT_EQ(waits->wait().error().kind, ErrorKind::queue_closed) << "nobody waits for ever";
  EXPECT_EQ(writer.shutdown(), 5) << "it can be asked again";
}

TEST(WriterFaults, AShutdownThatMeetsTroubleEndsWhenTheTroubleDoes) {
  FakeDisk disk;
  disk.fail(trouble("the disk is full"));
  StoreWriter writer(disk.storage(), kEager);
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(Shutdown{}));
  ASSERT_TRUE(eventually([&] { return disk.attempts() > 2; }));
  EXPECT_TRUE(writer.alive());
  disk.fail({});
  EXPECT_EQ(writer.shutdown(), 0);
  EXPECT_THAT(disk.log(), ElementsAre("1"));
}

TEST(WriterFaults, AcceptedIsNeverBehindCommitted) {
  FakeDisk disk;
  StoreWriter writer(disk.storage(), {.channel_capacity = 64, .batch_size = 1});
  std::atomic<bool> done = false;
  std::thread watcher([&] {
    while (!done) {
      const std::uint64_t committed = writer.counters().committed;  // read first: it can only be overtaken
      EXPECT_LE(committed, writer.counters().accepted);
    }
  });
  for (int i = 0; i < 2000; ++i) {
    const Heard accepted;
    writer.send(value(i), accepted.answer());
    EXPECT_TRUE(accepted.wait());
  }
  done = true;
  watcher.join();
}

}  // namespace
}  // namespace oculus::store
