#include "store/sqlite/head.hpp"

#include <gmock/gmock.h>

#include "store/sqlite/block.hpp"

namespace oculus::store::sqlite {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Slot kOne{1}, kTwo{2};
constexpr auto kNoChunks = [](Slot) { return std::numeric_limits<std::int64_t>::min(); };

codec::RawSample at(std::int64_t time) { return {time, static_cast<double>(time), true, true, codec::kNoDuration, {}}; }

class HeadTest : public testing::Test {
 protected:
  HeadTest() {
    for (const Slot slot : {kOne, kTwo}) head_.introduce(slot, kNoChunks(slot));
  }
  void batch(std::int64_t id, std::initializer_list<std::pair<Slot, std::int64_t>> samples) {
    for (const auto& [slot, time] : samples) head_.encode(slot, at(time));
    rows_.emplace_back(id, head_.batch());
    head_.publish(id);
    head_.settle();
  }
  // The times of a series in a snapshot, or -1 for "ask the journal".
  static std::vector<std::int64_t> times(const Head& head, Slot slot, JournalSpan snapshot) {
    std::string code;
    bool ordered = true;
    if (head.read(slot, snapshot, code, ordered) == Head::Answer::beyond) return {-1};
    Block block;
    EXPECT_TRUE(block.append_coded(code));
    return block.frame.at;
  }
  std::vector<std::int64_t> times(Slot slot, JournalSpan snapshot) { return times(head_, slot, snapshot); }

  Head head_{0};
  std::vector<std::pair<std::int64_t, std::string>> rows_;
};

TEST_F(HeadTest, ASnapshotSeesExactlyItsRows) {  // [H1]
  batch(1, {{kOne, 10}, {kTwo, 11}});
  batch(2, {{kOne, 20}});
  batch(3, {{kOne, 30}, {kTwo, 31}});
  EXPECT_THAT(times(kOne, {0, 0}), IsEmpty());
  EXPECT_THAT(times(kOne, {0, 1}), ElementsAre(10));
  EXPECT_THAT(times(kOne, {0, 2}), ElementsAre(10, 20));
  EXPECT_THAT(times(kOne, {0, 3}), ElementsAre(10, 20, 30));
  EXPECT_THAT(times(kTwo, {0, 2}), ElementsAre(11));
  EXPECT_THAT(times(Slot{7}, {0, 3}), IsEmpty());
}

TEST_F(HeadTest, ASnapshotTooOldOrTooYoungIsForTheJournal) {  // [H2]
  for (std::int64_t id = 1; id <= 9; ++id) batch(id, {{kOne, id}});
  EXPECT_THAT(times(kOne, {0, 9}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(times(kOne, {0, 2}), ElementsAre(-1));   // nobody remembers how far the series was then
  EXPECT_THAT(times(kOne, {0, 10}), ElementsAre(-1));  // another process wrote that row
  head_.cut();
  EXPECT_THAT(times(kOne, {0, 9}), ElementsAre(-1));  // what it held is in chunks that the snapshot does not see
  EXPECT_THAT(times(kOne, {9, 9}), IsEmpty());
}

TEST_F(HeadTest, WhatIsSealedInASnapshotIsNotReadTwice) {
  batch(1, {{kOne, 10}});
  EXPECT_THAT(times(kOne, {1, 1}), IsEmpty());  // sealed by now, and the head is cut a moment later
}

TEST_F(HeadTest, AWithdrawnBatchLeavesNoTrace) {
  batch(1, {{kOne, 10}});
  head_.encode(kOne, at(20));
  head_.encode(kTwo, at(21));
  (void)head_.batch();
  head_.publish(2);
  head_.withdraw();
  EXPECT_THAT(times(kOne, {0, 1}), ElementsAre(10));
  EXPECT_THAT(times(kTwo, {0, 1}), IsEmpty());
  EXPECT_EQ(head_.newest_at(kOne), 10);
  EXPECT_EQ(head_.samples(), 1);
  batch(2, {{kOne, 30}});
  EXPECT_THAT(times(kOne, {0, 2}), ElementsAre(10, 30));
}

TEST_F(HeadTest, ReplayGivesTheSameHead) {
  batch(1, {{kOne, 10}, {kTwo, 11}});
  batch(2, {{kOne, 5}, {kOne, 20}});
  Head again(0);
  for (const auto& [id, row] : rows_) EXPECT_TRUE(again.replay(id, row, kNoChunks));
  EXPECT_THAT(times(again, kOne, {0, 2}), ElementsAre(10, 5, 20));
  EXPECT_EQ(again.newest_at(kOne), 20);
  EXPECT_THAT(again.held(), ElementsAre(kOne, kTwo));
}

TEST_F(HeadTest, ADamagedRowCostsNoMoreThanUpToTheNextKeyRow) {  // [H3]
  for (std::int64_t id = 1; id <= 200; ++id) batch(id, {{kOne, id}});
  rows_[9].second[6] = static_cast<char>(rows_[9].second[6] ^ 1);
  Head again(0);
  std::size_t lost = 0;
  for (const auto& [id, row] : rows_) lost += again.replay(id, row, kNoChunks) ? 0U : 1U;
  EXPECT_GE(lost, 1);
  EXPECT_LE(lost, 64);
  const auto read = times(again, kOne, {0, 200});
  EXPECT_EQ(read.size(), 200 - lost);
  EXPECT_EQ(read.front(), 1);
  EXPECT_EQ(read.back(), 200);
}

TEST_F(HeadTest, TheNewestSampleIsTheOneOfTheLatestTime) {
  batch(1, {{kOne, 10}, {kOne, 30}, {kOne, 20}});
  KeptSample newest;
  ASSERT_EQ(head_.newest(kOne, {0, 1}, newest), Head::Answer::exact);
  EXPECT_EQ(newest.sample.at, 30);
  EXPECT_EQ(head_.newest(kOne, {0, 0}, newest), Head::Answer::beyond);  // the snapshot does not see it
  EXPECT_EQ(head_.newest(kTwo, {0, 1}, newest), Head::Answer::beyond);
  head_.cut();
  EXPECT_EQ(head_.newest(kOne, {1, 1}, newest), Head::Answer::exact);  // it is known where it went
  head_.forget_newest(kOne);
  EXPECT_EQ(head_.newest(kOne, {1, 1}, newest), Head::Answer::beyond);
}

TEST_F(HeadTest, FindsLateSamplesInHeadAndBatch) {
  batch(1, {{kOne, 10}, {kOne, 30}});
  head_.encode(kOne, at(40));
  EXPECT_TRUE(head_.holds(kOne, 30));
  EXPECT_TRUE(head_.holds(kOne, 40));
  EXPECT_FALSE(head_.holds(kOne, 20));
  head_.encode(kOne, at(20));
  EXPECT_TRUE(head_.holds(kOne, 20));
  head_.withdraw();
  EXPECT_FALSE(head_.holds(kOne, 20));
  EXPECT_TRUE(head_.holds(kOne, 10));
}

}  // namespace
}  // namespace oculus::store::sqlite
