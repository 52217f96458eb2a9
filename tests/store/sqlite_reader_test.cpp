#include "store/sqlite/sqlite_reader.hpp"

#include <gmock/gmock.h>

#include <set>

#include "store/scratch_database.hpp"

namespace oculus::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Twenty series of two categories with equal stamps: 20 × 25 samples, every fifth of them failed.
class SqliteReaderTest : public testing::Test {
 protected:
  static constexpr int kSeries = 20, kSamples = 25;

  SqliteReaderTest() : session_(folder_.file()) {
    for (int s = 0; s < kSeries; ++s) {
      Series one = series("s" + std::to_string(s), "t" + std::to_string(s % 3), "net.http.s" + std::to_string(s));
      if (s % 2 == 1) one.category = "network.tcp";
      session_.declare(one);
      series_.push_back(one);
    }
    for (int i = 0; i < kSamples; ++i)
      for (const Series& one : series_)
        session_.put(InsertValue{sample(one.id(), i * 1000, i % 5 == 0 ? std::nullopt : std::optional<double>(i))});
    for (int i = 0; i < 60; ++i) {
      Event event;
      event.at = from_us(i / 10);
      event.source = i % 2 == 0 ? "api" : "system";
      event.kind = i % 3 == 0 ? EventKind::audit : EventKind::system;
      event.severity = static_cast<Severity>(i % 5);
      event.message = std::to_string(i);
      session_.put(InsertEvent{event});
    }
    session_.flush();
  }

  template <class Filter, class Ask>
  auto pages(Filter filter, Ask ask) {
    using Page = typename std::invoke_result_t<Ask, Reader&, const Filter&>::value_type;
    decltype(Page::items) all;
    for (int turns = 0; turns < 1000; ++turns) {
      auto page = session_.read([&](Reader& reader) { return ask(reader, filter); });
      EXPECT_TRUE(page) << (page ? "" : page.error().text());
      if (!page) break;
      EXPECT_LE(page->items.size(), filter.limit);
      for (auto& row : page->items) all.push_back(std::move(row));
      if (!page->next) break;
      filter.cursor = *page->next;
    }
    return all;
  }
  void pages_give(MetricFilter filter, std::size_t expected) {
    for (const Order order : {Order::newest_first, Order::oldest_first})
      for (const std::size_t limit : {1, 7, 20, 33, 1000}) {
        filter.order = order;
        filter.limit = limit;
        const auto rows = pages(filter, [](Reader& reader, const MetricFilter& f) { return reader.metrics(f); });
        EXPECT_THAT(rows, SizeIs(expected)) << "limit " << limit;
        std::set<std::pair<TimePoint, SeriesId>> seen;
        for (std::size_t i = 0; i < rows.size(); ++i) {
          EXPECT_TRUE(seen.emplace(rows[i].at, rows[i].series).second) << "a row twice, limit " << limit;
          if (i > 0) {
            EXPECT_TRUE(order == Order::newest_first ? rows[i].at <= rows[i - 1].at : rows[i].at >= rows[i - 1].at);
          }
        }
      }
  }

  ScratchFolder folder_;
  Session session_;
  std::vector<Series> series_;
};

TEST_F(SqliteReaderTest, PagesOfSamplesLoseAndDoubleNothing) {
  pages_give({}, kSeries * kSamples);
  pages_give({.symbol = "net.http.s4"}, kSamples);
  pages_give({.series = series_[3].id()}, kSamples);
  pages_give({.category = "network.tcp"}, 10 * kSamples);
  pages_give({.target = "t1"}, 7 * kSamples);
  pages_give({.category = "network.http", .name = "s2", .target = "t2"}, kSamples);
  pages_give({.from = from_us(5000), .to = from_us(10'000)}, kSeries * 5);
  pages_give({.symbol = "net.http.s4", .from = from_us(5000), .to = from_us(10'000)}, 5);
  pages_give({.symbol = "no.such"}, 0);
  pages_give({.name = "s1", .target = "t2"}, 0);
}

TEST_F(SqliteReaderTest, ManySeriesOfAFilterAreFoundThroughTime) {
  for (int i = 0; i < 20; ++i) {  // more than a few
    Series one = series("crowd", "t" + std::to_string(i));
    one.category = "custom";
    session_.declare(one);
    session_.add(one.id(), 1000 * i, i);
  }
  session_.flush();
  pages_give({.name = "crowd"}, 20);
}

TEST_F(SqliteReaderTest, ACursorThatIsNoneIsInvalid) {
  for (const char* cursor : {"x", "1", "1_", "_1", "1_2x", "1_2_3", "99999999999999999999_1", "1;DROP TABLE events"}) {
    const auto metrics = session_.read([&](Reader& reader) { return reader.metrics({.cursor = cursor}); });
    ASSERT_FALSE(metrics) << cursor;
    EXPECT_EQ(metrics.error().kind, ErrorKind::invalid);
    EXPECT_FALSE(session_.read([&](Reader& reader) { return reader.events({.cursor = cursor}); }));
  }
}

TEST_F(SqliteReaderTest, LatestGivesTheNewestSampleAndTheRecentOnes) {
  const auto rows =
      *session_.read([](Reader& reader) { return reader.latest({.symbol = "net.http.s4", .recent = 4}); });
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].sample->at, from_us(24'000));
  EXPECT_EQ(rows[0].sample->value, 24);
  EXPECT_THAT(rows[0].recent, ElementsAre(21.0, 22.0, 23.0, 24.0));
  EXPECT_THAT(*session_.read([](Reader& reader) { return reader.latest({.category = "network.tcp"}); }), SizeIs(10));
  session_.declare(series("empty"));
  session_.flush();
  const auto empty = *session_.read([](Reader& reader) { return reader.latest({.name = "empty", .recent = 3}); });
  ASSERT_THAT(empty, SizeIs(1));
  EXPECT_FALSE(empty[0].sample);
  EXPECT_THAT(empty[0].recent, IsEmpty());
}

TEST_F(SqliteReaderTest, PointsSkipWhatHasNoValueAndCountFailures) {
  const auto points = *session_.read([](Reader& reader) {
    return reader.points({.symbol = "net.http.s0", .from = from_us(0), .to = from_us(10'000), .step = 5ms});
  });
  ASSERT_THAT(points, SizeIs(2));
  EXPECT_EQ(points[0].at, from_us(0));
  EXPECT_EQ(points[0].mean, 2.5);  // 1 2 3 4, the first has none
  EXPECT_EQ(points[0].least, 1);
  EXPECT_EQ(points[0].most, 4);
  EXPECT_EQ(points[0].count, 5);
  EXPECT_EQ(points[0].failures, 1);
  EXPECT_EQ(points[1].at, from_us(5000));
  const auto none = *session_.read([](Reader& reader) {
    return reader.points({.symbol = "net.http.s0", .from = from_us(0), .to = from_us(1000), .step = 5ms});
  });
  ASSERT_THAT(none, SizeIs(1));
  EXPECT_FALSE(none[0].mean);
  EXPECT_FALSE(session_.read([](Reader& reader) { return reader.points({.symbol = "net.http.s0", .step = 0ms}); }));
}

TEST_F(SqliteReaderTest, StatsCountByCategory) {
  const auto stats = *session_.read([](Reader& reader) { return reader.stats(from_us(0), from_us(5000)); });
  ASSERT_THAT(stats, SizeIs(2));
  EXPECT_EQ(stats[0].category, "network.http");
  EXPECT_EQ(stats[0].total, 50);
  EXPECT_EQ(stats[0].success, 40);
  EXPECT_EQ(stats[0].failure, 10);
}

TEST_F(SqliteReaderTest, PagesOfEventsLoseAndDoubleNothing) {
  const auto ask = [](Reader& reader, const EventFilter& filter) { return reader.events(filter); };
  for (const Order order : {Order::newest_first, Order::oldest_first})
    for (const std::size_t limit : {1, 7, 10, 60, 100}) {
      const auto rows = pages(EventFilter{.order = order, .limit = limit}, ask);
      std::set<std::int64_t> ids;
      for (const EventRow& row : rows) ids.insert(row.id);
      EXPECT_EQ(rows.size(), 60);
      EXPECT_EQ(ids.size(), 60);
    }
  EXPECT_THAT(pages(EventFilter{.source = "api", .limit = 7}, ask), SizeIs(30));
  EXPECT_THAT(pages(EventFilter{.kind = EventKind::audit, .limit = 7}, ask), SizeIs(20));
  EXPECT_THAT(pages(EventFilter{.least_severity = Severity::error, .limit = 7}, ask), SizeIs(24));
  EXPECT_THAT(pages(EventFilter{.from = from_us(2), .to = from_us(4), .limit = 7}, ask), SizeIs(20));
}

TEST_F(SqliteReaderTest, FactsKnowSizeAndSeries) {
  const auto facts = *session_.read([](Reader& reader) { return reader.facts(); });
  EXPECT_EQ(facts.series, kSeries);
  EXPECT_GT(facts.bytes, 4096);
}

TEST(SqliteReader, ADatabaseThatIsNotThereIsAnErrorAndLaterAnAnswer) {
  const ScratchFolder folder;
  sqlite::SqliteReader reader(folder.file(), {});
  ASSERT_FALSE(reader.ping());
  ASSERT_FALSE(reader.metrics({}));
  const Session session(folder.file());
  EXPECT_TRUE(reader.ping());
  EXPECT_TRUE(reader.metrics({}));
}

}  // namespace
}  // namespace oculus::store
