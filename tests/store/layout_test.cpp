// What lies on the disk: chunks, journal, what the first layout left, and what becomes of a reader when some of it is
// damaged.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "store/scratch_database.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/schema.hpp"

namespace oculus::store {
namespace {

using namespace std::chrono_literals;
using sqlite::Connection;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t kStart = 1'700'000'000'000'000, kStep = 30'000'000;

DatabaseSettings sealing_soon(std::string path) {
  DatabaseSettings settings = settings_for(std::move(path));
  settings.seal = {.samples_of_series = 100, .least_samples = 100, .most_samples = 1000, .longest = 1h};
  return settings;
}

std::int64_t ask(const std::string& path, std::string_view sql) {
  auto db = Connection::open(path, Connection::Mode::read_only);
  return db ? db->ask(sql).value_or(std::nullopt).value_or(-1) : -1;
}
void change(const std::string& path, const std::string& sql) {
  auto db = Connection::open(path, Connection::Mode::read_write);
  ASSERT_TRUE(db);
  const auto done = db->execute(sql);
  ASSERT_TRUE(done) << done.error().text();
}

std::vector<std::string> messages(Session& session) {
  std::vector<std::string> all;
  for (const EventRow& row : session.events()) all.push_back(row.event.message);
  return all;
}

TEST(Layout, AFullJournalGoesIntoChunksAndNothingIsLost) {
  const ScratchFolder folder;
  Session session(sealing_soon(folder.file()));
  const Series one = series("a", "example.com", "net.a");
  session.declare(one);
  for (int i = 0; i < 950; ++i) {
    session.add(one.id(), kStart + i * kStep, i);
    if (i % 50 == 49) session.flush();
  }
  session.flush();
  EXPECT_GE(ask(folder.file(), "SELECT count(*) FROM chunks"), 1);
  EXPECT_LT(ask(folder.file(), "SELECT count(*) FROM journal"), 10);
  const auto rows = session.metrics({.order = Order::oldest_first, .limit = 10'000});
  ASSERT_THAT(rows, SizeIs(950));
  for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i].value, static_cast<double>(i));
}

TEST(Layout, TheSeriesOfACollectorShareTheirTimes) {
  const ScratchFolder folder;
  Session session(sealing_soon(folder.file()));
  std::vector<Series> rounds;
  for (const char* field : {"rtt", "status", "size"}) {
    rounds.push_back(series("a", "example.com", std::string("net.a.") + field));
    rounds.back().tags = {{"field", field}};
    session.declare(rounds.back());
  }
  for (int i = 0; i < 400; ++i) {
    InsertValues round;
    for (const Series& one : rounds) round.samples.push_back(sample(one.id(), kStart + i * kStep, i));
    session.put(std::move(round));
    if (i % 20 == 19) session.flush();
  }
  session.flush();
  EXPECT_GE(ask(folder.file(), "SELECT count(*) FROM chunks"), 3);
  EXPECT_EQ(ask(folder.file(), "SELECT count(DISTINCT frame) * 3 - count(*) FROM chunks"), 0);
  EXPECT_EQ(ask(folder.file(),
                "SELECT count(*) FROM pieces p WHERE users <> (SELECT count(*) FROM chunks c WHERE "
                "c.frame = p.id OR c.data = p.id)"),
            0);
}

TEST(Layout, TheRowsOfTheFirstLayoutAreReadAtOnceAndConvertedMeanwhile) {
  const ScratchFolder folder;
  const Series one = series("a", "example.com", "net.a");
  {
    Session session(folder.file());
    session.declare(one);
    session.add(one.id(), kStart + 10 * kStep, 1000);
    session.flush();
  }
  // As a program of the first version left it.
  change(folder.file(), fmt::format(R"sql(
    CREATE TABLE value_rows (ts INTEGER NOT NULL, series_id INTEGER NOT NULL REFERENCES metric_series (series_id) ON DELETE CASCADE,
      value REAL, success INTEGER NOT NULL, duration_us INTEGER, tags TEXT, PRIMARY KEY (ts, series_id)) STRICT, WITHOUT ROWID;
    CREATE INDEX values_of_series ON value_rows (series_id, ts);
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 44999)
    INSERT INTO value_rows SELECT {} + i * {}, {}, i, i % 7 <> 0, 5, CASE i % 7 WHEN 0 THEN '{{"error":"timeout"}}' END FROM n;
    UPDATE journal_state SET has_old_rows = 1)sql",
                                    kStart, kStep, to_signed(one.id())));
  Session session(folder.file());
  const MetricFilter newest{.from = from_us(kStart + 44'990 * kStep)};
  EXPECT_THAT(session.metrics(newest), SizeIs(10));  // before, during or after the conversion
  ASSERT_TRUE(eventually([&] { return ask(folder.file(), "SELECT has_old_rows FROM journal_state") == 0; }, 60s));
  EXPECT_EQ(ask(folder.file(), "SELECT count(*) FROM sqlite_schema WHERE name = 'value_rows'"), 0);
  const auto rows = session.metrics({.order = Order::oldest_first, .limit = 100'000});
  ASSERT_THAT(rows, SizeIs(45'000));
  EXPECT_EQ(rows[10].value, 1000);  // what came later stays
  EXPECT_EQ(rows[14].value, 14);
  EXPECT_FALSE(rows[14].success);
  EXPECT_EQ(*rows[14].tags.find("error"), "timeout");
  EXPECT_EQ(rows[14].took, 5us);
  session.flush();
  EXPECT_THAT(messages(session), Contains(HasSubstr("the database is converted: 45000 samples")));
}

TEST(Layout, ADamagedChunkCostsItsOwnSamplesAndIsTold) {
  const ScratchFolder folder;
  const Series one = series("a", "example.com", "net.a");
  {
    Session session(sealing_soon(folder.file()));
    session.declare(one);
    for (int i = 0; i < 1500; ++i) {
      session.add(one.id(), kStart + i * kStep, i);
      if (i % 100 == 99) session.flush();
    }
  }
  ASSERT_GE(ask(folder.file(), "SELECT count(*) FROM chunks"), 3);
  const auto lost = static_cast<std::size_t>(
      ask(folder.file(),
          fmt::format("SELECT (SELECT min(first) FROM chunks WHERE first > (SELECT min(first) FROM chunks)) / {0} "
                      "- min(first) / {0} FROM chunks",
                      kStep)));
  change(folder.file(),
         "UPDATE pieces SET bytes = CAST(substr(bytes, 1, 9) || x'5a5a' || substr(bytes, 12) AS BLOB) "
         "WHERE id = (SELECT data FROM chunks ORDER BY first LIMIT 1)");
  Session session(sealing_soon(folder.file()));
  EXPECT_THAT(session.metrics({.limit = 100'000}), SizeIs(1500 - lost));
  session.add(one.id(), kStart + 1500 * kStep, 1);
  session.flush();
  session.flush();
  EXPECT_THAT(messages(session), Contains(HasSubstr("the database is damaged: the chunk of series 1")));
  const auto whole = session.read([](Reader& reader) { return reader.integrity(); });
  ASSERT_FALSE(whole);
  EXPECT_THAT(whole.error().what, HasSubstr("the chunk of series 1"));
}

}  // namespace
}  // namespace oculus::store
