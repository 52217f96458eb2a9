#include "store/store_writer.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "eventually.hpp"
#include "store/fake_storage.hpp"
#include "store/heard.hpp"

namespace oculus::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr WriterSettings kNeverByItself{.channel_capacity = 1000, .batch_size = 1000, .flush_interval = 24h};

TEST(Writer, CommitsWhenABatchIsFull) {
  FakeDisk disk;
  StoreWriter writer(disk.storage(), {.batch_size = 3, .flush_interval = 24h});
  for (const double number : {1, 2, 3, 4}) ASSERT_TRUE(writer.try_send(value(number)));
  ASSERT_TRUE(eventually([&] { return !disk.transactions().empty(); }));
  EXPECT_THAT(disk.transactions(), ElementsAre(ElementsAre("1", "2", "3")));
  EXPECT_EQ(writer.depth(), 1) << "the fourth still waits, and counts";
}

TEST(Writer, CommitsWhenTheOldestHasWaited) {  // [W3]
  FakeDisk disk;
  const auto begin = Clock::now();
  StoreWriter writer(disk.storage(), {.batch_size = 500, .flush_interval = 50ms});
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(eventually([&] { return !disk.log().empty(); }));
  EXPECT_GE(Clock::now() - begin, 50ms);
  EXPECT_THAT(disk.log(), ElementsAre("1"));
}

TEST(Writer, AnIdleBufferIsNeverOverdue) {  // [W3]
  FakeDisk disk;
  StoreWriter writer(disk.storage(), {.batch_size = 500, .flush_interval = 100ms});
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(eventually([&] { return !disk.log().empty(); }));
  // The buffer stays empty for longer than the interval: if its timer ran on, the next value would go in alone.
  const auto later = Clock::now() + 150ms;
  ASSERT_TRUE(eventually([&] { return Clock::now() > later; }));
  EXPECT_EQ(disk.attempts(), 1) << "an empty buffer is not written";
  const auto begin = Clock::now();
  ASSERT_TRUE(writer.try_send(value(2)));
  ASSERT_TRUE(eventually([&] { return disk.log().size() == 2; }));
  EXPECT_GE(Clock::now() - begin, 100ms);
}

TEST(Writer, KeepsOrderAcrossFlush) {  // [W1] [W4]
  FakeDisk disk;
  const Heard flushed;
  StoreWriter writer(disk.storage(), kNeverByItself);
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(Flush{flushed.answer()}));
  ASSERT_TRUE(writer.try_send(value(2)));
  ASSERT_TRUE(writer.try_send(event("restarted")));
  ASSERT_TRUE(flushed.wait());
  ASSERT_TRUE(eventually([&] { return disk.log().size() == 3; }));
  EXPECT_THAT(disk.log(), ElementsAre("1", "2", "event restarted"));
}

TEST(Writer, RareRowsTakeAlongWhatIsBufferedBeforeThem) {  // [W1] [W5]
  FakeDisk disk;
  StoreWriter writer(disk.storage(), kNeverByItself);
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(value(2)));
  ASSERT_TRUE(writer.try_send(UpsertSeries{{"c", "n", "t", {}, {}, {}, {}, {}}}));
  ASSERT_TRUE(eventually([&] { return !disk.log().empty(); }));
  EXPECT_THAT(disk.log(), ElementsAre("1", "2", "series c|n|t|"));
}

TEST(Writer, ABurstOfRareRowsSharesOneCommit) {  // [W5]
  FakeDisk disk;
  disk.close_gate();
  StoreWriter writer(disk.storage(), kNeverByItself);
  ASSERT_TRUE(writer.try_send(event("a")));
  disk.await_gate();  // the writer is busy: these pile up behind it
  for (const char* name : {"b", "c", "d"}) ASSERT_TRUE(writer.try_send(event(name)));
  disk.open_gate();
  ASSERT_TRUE(eventually([&] { return disk.log().size() == 4; }));
  EXPECT_THAT(disk.transactions(), ElementsAre(ElementsAre("event a"), ElementsAre("event b", "event c", "event d")));
}

TEST(Writer, AnEndlessBurstIsCommittedInBatches) {
  FakeDisk disk;
  disk.close_gate();
  StoreWriter writer(disk.storage(), {.batch_size = 2, .flush_interval = 24h});
  ASSERT_TRUE(writer.try_send(event("a")));
  disk.await_gate();
  for (const char* name : {"b", "c", "d", "e"}) ASSERT_TRUE(writer.try_send(event(name)));
  disk.open_gate();
  ASSERT_TRUE(eventually([&] { return disk.log().size() == 5; }));
  EXPECT_THAT(disk.transactions(), ElementsAre(SizeIs(1), SizeIs(2), SizeIs(2)));
}

TEST(Writer, ARoundWithSomebodyWaitingIsCommittedAtOnce) {
  FakeDisk disk;
  const Heard committed;
  StoreWriter writer(disk.storage(), kNeverByItself);
  ASSERT_TRUE(writer.try_send(InsertValues{{value(1).sample, value(2).sample}, committed.answer()}));
  ASSERT_TRUE(committed.wait());
  EXPECT_THAT(disk.transactions(), ElementsAre(ElementsAre("1", "2")));
}

TEST(Writer, ARoundSharesATransactionEvenAcrossTheBatchSize) {
  FakeDisk disk;
  StoreWriter writer(disk.storage(), {.batch_size = 2, .flush_interval = 24h});
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(InsertValues{{value(2).sample, value(3).sample, value(4).sample}}));
  ASSERT_TRUE(eventually([&] { return !disk.log().empty(); }));
  EXPECT_THAT(disk.transactions(), ElementsAre(ElementsAre("1", "2", "3", "4")));
}

TEST(Writer, FlushWaitsForTheCommit) {  // [W4]
  FakeDisk disk;
  disk.close_gate();
  const Heard flushed;
  StoreWriter writer(disk.storage(), kNeverByItself);
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(Flush{flushed.answer()}));
  disk.await_gate();
  EXPECT_FALSE(flushed.came());
  disk.open_gate();
  ASSERT_TRUE(flushed.wait());
  EXPECT_THAT(disk.log(), ElementsAre("1"));
}

TEST(Writer, FlushOfAnEmptyBufferAnswersAtOnce) {
  FakeDisk disk;
  StoreWriter writer(disk.storage(), kNeverByItself);
  EXPECT_TRUE(writer.flush());
  EXPECT_EQ(disk.attempts(), 0);
}

TEST(Writer, ShutdownCommitsWhatCameBeforeAndTakesNothingAfter) {  // [W4]
  FakeDisk disk;
  const Heard ended;
  StoreWriter writer(disk.storage(), kNeverByItself);
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(event("last")));
  ASSERT_TRUE(writer.try_send(Shutdown{ended.answer()}));
  const auto after = writer.try_send(value(2));
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().kind, ErrorKind::queue_closed);
  ASSERT_TRUE(ended.wait());
  EXPECT_THAT(disk.log(), ElementsAre("1", "event last"));
  EXPECT_EQ(writer.shutdown(), 0);
  EXPECT_FALSE(writer.alive());
  EXPECT_EQ(writer.flush().error().kind, ErrorKind::queue_closed);
}

TEST(Writer, TheDestructorWritesWhatWasAccepted) {
  FakeDisk disk;
  {
    StoreWriter writer(disk.storage(), kNeverByItself);
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(writer.try_send(value(i)));
  }
  EXPECT_THAT(disk.log(), SizeIs(10));
}

TEST(Writer, AFullQueueSaysNotNow) {  // [W2]
  FakeDisk disk;
  disk.close_gate();
  StoreWriter writer(disk.storage(), {.channel_capacity = 3, .batch_size = 2, .flush_interval = 24h});
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(value(2)));
  disk.await_gate();  // two are being written: not committed, so they count
  ASSERT_TRUE(writer.try_send(value(3)));
  EXPECT_EQ(writer.depth(), 3);
  const auto refused = writer.try_send(value(4));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::queue_full);
  EXPECT_EQ(refused.error().what, "the queue holds 3 of 3 values");
  EXPECT_EQ(writer.counters().refused, 1);
  disk.open_gate();
  ASSERT_TRUE(eventually([&] { return writer.depth() == 1; }));
  EXPECT_TRUE(writer.try_send(value(5)));
  ASSERT_TRUE(writer.flush());
  EXPECT_THAT(disk.log(), ElementsAre("1", "2", "3", "5"));
}

TEST(Writer, ProducersThatWaitAreServedInTheirOrder) {  // [W1] [W2]
  FakeDisk disk;
  disk.close_gate();
  StoreWriter writer(disk.storage(), {.channel_capacity = 3, .batch_size = 2, .flush_interval = 24h});
  ASSERT_TRUE(writer.try_send(InsertValues{{value(1).sample, value(2).sample}}));
  disk.await_gate();
  const Heard large, small;
  writer.send(InsertValues{{value(3).sample, value(4).sample}}, large.answer());
  writer.send(value(5), small.answer());  // would fit, but stands in line
  EXPECT_FALSE(large.came());
  EXPECT_FALSE(small.came());
  EXPECT_EQ(writer.depth(), 2) << "who waits takes no room";
  const auto overtaking = writer.try_send(value(9));
  ASSERT_FALSE(overtaking);
  EXPECT_EQ(overtaking.error().what, "others wait for room in the queue");
  disk.open_gate();
  EXPECT_TRUE(large.wait());
  EXPECT_TRUE(small.wait());
  ASSERT_TRUE(writer.flush());
  EXPECT_THAT(disk.log(), ElementsAre("1", "2", "3", "4", "5"));
}

TEST(Writer, WhoWaitsForRoomGetsItAtOnce) {
  FakeDisk disk;
  StoreWriter writer(disk.storage(), {.channel_capacity = 10, .batch_size = 10, .flush_interval = 24h});
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(writer.try_send(value(i)));
  const Heard accepted;
  writer.send(InsertValues{{value(8).sample, value(9).sample, value(10).sample}}, accepted.answer());
  EXPECT_TRUE(accepted.wait()) << "not when the buffered eight are due";
  EXPECT_THAT(disk.log(), SizeIs(8));
}

TEST(Writer, ProducersThatWaitHearOfTheEnd) {
  FakeDisk disk;
  disk.close_gate();
  StoreWriter writer(disk.storage(), {.channel_capacity = 1, .batch_size = 1, .flush_interval = 24h});
  ASSERT_TRUE(writer.try_send(value(1)));
  disk.await_gate();
  const Heard waits;
  writer.send(value(2), waits.answer());
  ASSERT_TRUE(writer.try_send(Shutdown{}));
  disk.open_gate();
  EXPECT_EQ(waits.wait().error().kind, ErrorKind::queue_closed);
}

TEST(Writer, MoreThanTheQueueCanEverHoldIsRefusedForGood) {
  FakeDisk disk;
  StoreWriter writer(disk.storage(), {.channel_capacity = 2});
  const auto refused = writer.try_send(InsertValues{{value(1).sample, value(2).sample, value(3).sample}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_data);
}

TEST(Writer, ManyProducersLoseNothing) {  // [W2]
  FakeDisk disk;
  constexpr int kProducers = 4, kEach = 500;
  StoreWriter writer(disk.storage(), {.channel_capacity = 16, .batch_size = 7, .flush_interval = 1ms});
  std::vector<std::thread> producers;
  for (int p = 0; p < kProducers; ++p)
    producers.emplace_back([&writer, p] {
      for (int i = 0; i < kEach; ++i) {
        const Heard accepted;
        writer.send(value(p * kEach + i), accepted.answer());
        ASSERT_TRUE(accepted.wait());
      }
    });
  for (std::thread& producer : producers) producer.join();
  ASSERT_TRUE(writer.flush());
  std::vector<int> next(kProducers, 0);
  for (const std::string& word : disk.log()) {
    const int number = std::stoi(word);
    EXPECT_EQ(number % kEach, next[static_cast<std::size_t>(number / kEach)]++) << "each producer's own order holds";
  }
  EXPECT_THAT(next, testing::Each(kEach));
  EXPECT_EQ(writer.counters().accepted, writer.counters().committed);
}

TEST(Writer, WhatIsNotFiniteBecomesAFailedSample) {
  FakeDisk disk;
  StoreWriter writer(disk.storage(), kNeverByItself);
  for (const double number : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                              -std::numeric_limits<double>::infinity()})
    ASSERT_TRUE(writer.try_send(InsertValue{Sample{SeriesId(1), from_us(1), number, true, {}, {}}}));
  ASSERT_TRUE(writer.flush());
  EXPECT_THAT(disk.log(), testing::Each("none not_a_number"));
  EXPECT_THAT(disk.log(), SizeIs(3));
}

TEST(Writer, DeletionsComeAfterWhatIsBuffered) {
  FakeDisk disk;
  const Heard cleaned;
  StoreWriter writer(disk.storage(), kNeverByItself);
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(CleanupValues{0s, cleaned.answer()}));
  ASSERT_TRUE(cleaned.wait());
  EXPECT_THAT(disk.log(), ElementsAre("1", "values deleted"));
}

TEST(Writer, WritingGoesOnBetweenSlices) {
  FakeDisk disk;
  disk.close_gate();
  disk.slices_needed(3);
  const Heard cleaned;
  StoreWriter writer(disk.storage(), {.batch_size = 1, .flush_interval = 24h});
  ASSERT_TRUE(writer.try_send(value(1)));
  disk.await_gate();
  ASSERT_TRUE(writer.try_send(CleanupValues{1h, cleaned.answer()}));
  ASSERT_TRUE(writer.try_send(value(2)));
  disk.open_gate();
  ASSERT_TRUE(cleaned.wait());
  EXPECT_THAT(disk.log(), ElementsAre("1", "2", "values deleted", "values deleted", "values deleted"));
}

TEST(Writer, FlushWaitsForDeletionsBeforeIt) {  // [W4]
  FakeDisk disk;
  disk.slices_needed(2);
  StoreWriter writer(disk.storage(), kNeverByItself);
  ASSERT_TRUE(writer.try_send(CleanupValues{0s}));
  ASSERT_TRUE(writer.try_send(CleanupEvents{0s}));
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.flush());
  EXPECT_EQ(disk.slices(), 4);
  EXPECT_THAT(disk.log(), testing::Contains("1"));
}

TEST(Writer, CountsWhatItDoes) {
  FakeDisk disk;
  StoreWriter writer(disk.storage(), {.channel_capacity = 3, .batch_size = 100, .flush_interval = 24h});
  ASSERT_TRUE(writer.try_send(value(1)));
  ASSERT_TRUE(writer.try_send(value(2)));
  // One place is left, which commits nothing by itself.
  ASSERT_FALSE(writer.try_send(InsertValues{{value(3).sample, value(4).sample}, {}}));
  ASSERT_TRUE(writer.flush());
  const WriterCounters& counters = writer.counters();
  EXPECT_EQ(counters.accepted, 2);
  EXPECT_EQ(counters.refused, 2);
  EXPECT_EQ(counters.committed, 2);
  EXPECT_EQ(counters.retried, 0);
  EXPECT_EQ(counters.set_aside, 0);
  EXPECT_EQ(counters.commit_latency.snapshot().count, 1);
  EXPECT_EQ(writer.depth(), 0);
}

}  // namespace
}  // namespace oculus::store
