#include "store/sqlite/sqlite_storage.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "store/scratch_database.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/schema.hpp"

namespace oculus::store {
namespace {

using namespace std::chrono_literals;
using sqlite::Connection;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<double> values_of(const std::vector<MetricRow>& rows) {
  std::vector<double> values;
  for (const MetricRow& row : rows) values.push_back(row.value.value_or(-1));
  return values;
}

// Looks at the file from outside, as another program would.
std::int64_t ask_file(const std::string& path, std::string_view sql) {
  auto db = Connection::open(path, Connection::Mode::read_write);
  return db ? db->ask(sql).value_or(std::nullopt).value_or(-1) : -1;
}
void change_file(const std::string& path, const std::string& sql) {
  auto db = Connection::open(path, Connection::Mode::read_write_create);
  ASSERT_TRUE(db);
  const auto done = db->execute(sql);
  ASSERT_TRUE(done) << done.error().text();
}
std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SqliteStorage, ASeriesIsKeptWholeAndRefreshed) {
  const ScratchFolder folder;
  Session session(folder.file());
  Series one = series("a", "example.com", "net.http.a");
  one.tags = {{"field", "rtt"}};
  session.declare(one);
  session.flush();
  auto rows = *session.read([](Reader& reader) { return reader.latest({}); });
  ASSERT_THAT(rows, SizeIs(1));
  const SeriesRow first = rows[0].series;
  EXPECT_EQ(first.id, one.id());
  EXPECT_EQ(first.series.identity(), one.identity());
  EXPECT_EQ(first.series.symbol->text(), "net.http.a");
  EXPECT_EQ(first.series.unit, "ms");
  EXPECT_EQ(first.series.interval, 30s);
  EXPECT_FALSE(first.retired_at);

  one.unit = "s";
  one.description = "other";
  session.declare(one);
  session.flush();
  rows = *session.read([](Reader& reader) { return reader.latest({}); });
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].series.series.unit, "s");
  EXPECT_EQ(rows[0].series.series.description, "other");
  EXPECT_EQ(rows[0].series.created_at, first.created_at);
  EXPECT_GE(rows[0].series.updated_at, first.updated_at);
}

TEST(SqliteStorage, AChangedTargetRetiresTheOldSeriesAndSymbolsReadBoth) {
  const ScratchFolder folder;
  Session session(folder.file());
  const Series before = series("a", "old.example.com", "net.http.a");
  const Series after = series("a", "new.example.com", "net.http.a");
  session.declare(before);
  session.add(before.id(), 1000, 1);
  session.declare(after);
  session.add(after.id(), 2000, 2);
  session.flush();
  EXPECT_THAT(values_of(session.metrics({.symbol = "net.http.a"})), ElementsAre(2, 1));
  EXPECT_THAT(*session.read([](Reader& reader) { return reader.latest({}); }), SizeIs(1));
  const auto points = *session.read([](Reader& reader) {
    return reader.points({.symbol = "net.http.a", .from = from_us(0), .to = from_us(10'000), .step = 1ms});
  });
  ASSERT_THAT(points, SizeIs(2));
  EXPECT_EQ(points[0].mean, 1);
  EXPECT_EQ(points[1].mean, 2);

  session.declare(before);  // changed back: the old one lives again
  session.flush();
  const auto current = *session.read([](Reader& reader) { return reader.latest({}); });
  ASSERT_THAT(current, SizeIs(1));
  EXPECT_EQ(current[0].series.id, before.id());
  EXPECT_FALSE(current[0].series.retired_at);
  EXPECT_EQ(current[0].sample->value, 1);
}

TEST(SqliteStorage, ASeriesWithoutSymbolGetsOneUnlessItIsTaken) {
  const ScratchFolder folder;
  Session session(folder.file());
  Series one = series("x"), two = series("x");
  one.category = two.category = "custom";
  two.tags = {{"field", "b"}};
  session.declare(one);
  session.declare(two);
  session.declare(one);
  session.flush();
  const auto rows = *session.read([](Reader& reader) { return reader.latest({}); });
  ASSERT_THAT(rows, SizeIs(2));
  for (const LatestRow& row : rows) EXPECT_EQ(row.series.series.symbol.has_value(), row.series.id == one.id());
  EXPECT_EQ(session.sql("SELECT symbol FROM metric_series WHERE symbol IS NOT NULL")->rows.at(0).at(0),
            Cell(std::string("custom.x")));
}

TEST(SqliteStorage, AnIdThatTwoIdentitiesShareIsRefusedWithBothNames) {
  const ScratchFolder folder;
  const Series honest = series("a");
  {
    Session session(folder.file());
    session.declare(honest);
    session.flush();
  }
  // Two texts of one hash are hard to come by: the stored one is changed instead.
  change_file(folder.file(), "UPDATE metric_series SET target = 'impostor.example.com'");
  Session session(folder.file());
  session.declare(honest);
  session.flush();
  const auto events = session.events();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].event.kind, EventKind::error);
  EXPECT_THAT(events[0].event.message, AllOf(HasSubstr(honest.identity()), HasSubstr("impostor.example.com")));
  EXPECT_THAT(events[0].event.payload, HasSubstr("\"unit\":\"ms\""));
  EXPECT_EQ(ask_file(folder.file(), "SELECT count(*) FROM metric_series WHERE target = 'impostor.example.com'"), 1)
      << "never merged";
}

TEST(SqliteStorage, TheLaterOfTwoSamplesOfOneStampReplacesTheEarlier) {
  const ScratchFolder folder;
  Session session(folder.file());
  const Series one = series("a");
  session.declare(one);
  session.add(one.id(), 1000, 1);
  session.add(one.id(), 1000, 2);
  session.flush();
  session.add(one.id(), 1000, 3);
  session.flush();
  EXPECT_THAT(values_of(session.metrics()), ElementsAre(3));
  EXPECT_EQ(session.writer().counters().replaced, 2);
  EXPECT_EQ(session.writer().counters().committed, 3);
}

TEST(SqliteStorage, AValueOfAnUnknownSeriesIsSetAsideWhole) {
  const ScratchFolder folder;
  Session session(folder.file());
  const Series one = series("a");
  session.declare(one);
  session.add(one.id(), 1, 1);
  Sample stranger = sample(SeriesId(42), 2, 7.5);
  stranger.tags.set("env", "prod");
  stranger.took = 1500us;
  session.put(InsertValue{stranger});
  session.add(one.id(), 3, 3);
  session.flush();
  EXPECT_THAT(values_of(session.metrics()), ElementsAre(3, 1));
  const auto events = session.events();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_THAT(events[0].event.payload,
              AllOf(HasSubstr("\"series_id\":\"42\""), HasSubstr("7.5E0"), HasSubstr("prod"), HasSubstr("1500")));
  EXPECT_EQ(session.writer().counters().set_aside, 1);
}

TEST(SqliteStorage, ARetentionOfZeroDeletesAllThatIsOlderThanNow) {
  const ScratchFolder folder;
  Session session(folder.file());
  const Series one = series("a");
  session.declare(one);
  const std::int64_t present = to_us(now());
  for (int i = 1; i <= 5000; ++i) session.add(one.id(), present - i, i);  // more than a slice
  session.add(one.id(), present + 3'600'000'000, 0);                      // an hour ahead: not older than now
  session.put(InsertEvent{{.at = from_us(present - 10), .message = "old"}});
  const Heard values, events;
  session.put(CleanupValues{0s, values.answer()});
  session.put(CleanupEvents{0s, events.answer()});
  ASSERT_TRUE(values.wait());
  ASSERT_TRUE(events.wait());
  EXPECT_THAT(values_of(session.metrics()), ElementsAre(0));
  EXPECT_THAT(session.events(), IsEmpty());
}

TEST(SqliteStorage, AHugeRetentionDeletesNothing) {
  const ScratchFolder folder;
  Session session(folder.file());
  const Series one = series("a");
  session.declare(one);
  for (const std::int64_t at :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0}, to_us(now())})
    session.add(one.id(), at);
  session.put(InsertEvent{{.at = from_us(-1), .message = "old"}});
  for (const auto keep : {CleanupValues::days(std::numeric_limits<std::uint64_t>::max()),
                          CleanupValues::days(200'000'000), microseconds::max()}) {
    session.put(CleanupValues{keep, {}});
    session.put(CleanupEvents{keep, {}});
  }
  session.flush();
  EXPECT_THAT(session.metrics(), SizeIs(4));
  EXPECT_THAT(session.events(), SizeIs(1));
}

TEST(SqliteStorage, RetentionKeepsWhatIsYounger) {
  const ScratchFolder folder;
  Session session(folder.file());
  const Series one = series("a");
  session.declare(one);
  session.add(one.id(), to_us(now() - 49h), 1);
  session.add(one.id(), to_us(now() - 47h), 2);
  session.put(CleanupValues{CleanupValues::days(2), {}});
  session.flush();
  EXPECT_THAT(values_of(session.metrics()), ElementsAre(2));
}

TEST(SqliteStorage, ASeriesThatNobodyFeedsGoesAfterThirtyDays) {
  const ScratchFolder folder;
  const Series retired = series("retired"), forgotten = series("forgotten"), live = series("live"),
               full = series("full");
  {
    Session session(folder.file());
    for (const Series& one : {retired, forgotten, live, full}) session.declare(one);
    session.put(RetireSeries{retired.id()});
    session.put(RetireSeries{full.id()});
    session.add(full.id(), to_us(now()));
    session.flush();
  }
  const auto count = [&] { return ask_file(folder.file(), "SELECT count(*) FROM metric_series"); };
  {
    Session session(folder.file());
    session.put(CleanupValues{24h, {}});
    session.flush();
    EXPECT_EQ(count(), 4) << "not before their time";
  }
  change_file(folder.file(),
              "UPDATE metric_series SET updated_at = 1, created_at = 1, retired_at = CASE WHEN retired_at IS NULL THEN "
              "NULL ELSE 1 END");
  Session session(folder.file());
  session.declare(live);  // its collector runs
  session.put(CleanupValues{24h, {}});
  session.flush();
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(ask_file(folder.file(), "SELECT count(*) FROM metric_series WHERE name IN ('live', 'full')"), 2);
  session.add(live.id(), to_us(now()));
  session.flush();
  EXPECT_EQ(session.writer().counters().set_aside, 0);
}

TEST(SqliteStorage, CollectorsAreStoredChangedAndRemoved) {
  const ScratchFolder folder;
  Session session(folder.file());
  CollectorRow row{.type = "http", .name = "a", .config = R"({"url":"http://a"})"};
  const Heard first, second, replaced, removed, missing;
  session.put(PutCollector{row, true, first.answer()});
  ASSERT_TRUE(first.wait());
  session.put(PutCollector{row, true, second.answer()});
  EXPECT_EQ(second.wait().error().kind, ErrorKind::conflict);
  const auto before = *session.read([](Reader& reader) { return reader.collectors(); });
  row.enabled = false;
  row.group = "edge";
  row.config = "{}";
  session.put(PutCollector{row, false, replaced.answer()});
  ASSERT_TRUE(replaced.wait());
  const auto after = *session.read([](Reader& reader) { return reader.collectors(); });
  ASSERT_THAT(after, SizeIs(1));
  EXPECT_EQ(after[0].id, before[0].id);
  EXPECT_EQ(after[0].created_at, before[0].created_at);
  EXPECT_FALSE(after[0].enabled);
  EXPECT_EQ(after[0].group, "edge");
  EXPECT_EQ(after[0].config, "{}");
  session.put(DeleteCollector{"http", "a", removed.answer()});
  EXPECT_TRUE(removed.wait());
  session.put(DeleteCollector{"http", "a", missing.answer()});
  EXPECT_EQ(missing.wait().error().kind, ErrorKind::not_found);
  EXPECT_THAT(*session.read([](Reader& reader) { return reader.collectors(); }), IsEmpty());
}

TEST(SqliteStorage, TextOfAnyKindComesBackAsItWas) {
  const ScratchFolder folder;
  Session session(folder.file());
  const std::string odd = "'; DROP TABLE events; -- \xF0\x9F\x91\x81 \n\t" + std::string(10'000, 'x');
  Series one = series(odd, "tärget|=,");
  one.tags = {{"ключ", odd}};
  session.declare(one);
  Sample filled = sample(one.id(), 1, 0.1);
  filled.tags.set("error", odd);
  filled.took = 123456us;
  session.put(InsertValue{filled});
  session.put(InsertEvent{{.message = odd, .payload = "{}"}});
  session.flush();
  const auto rows = session.metrics();
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].name, odd);
  EXPECT_EQ(rows[0].target, "tärget|=,");
  EXPECT_EQ(rows[0].value, 0.1);
  EXPECT_EQ(rows[0].took, 123456us);
  EXPECT_EQ(rows[0].tags, (Tags{{"ключ", odd}, {"error", odd}}));
  EXPECT_EQ(session.events().at(0).event.message, odd);
}

TEST(SqliteSchema, TheSecondStartFindsTheFirstOnesData) {
  const ScratchFolder folder;
  const Series one = series("a");
  {
    Session session(folder.file("deep/er/oculus.db"));  // folders are made
    session.declare(one);
    session.add(one.id(), 1);
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("deep/er/oculus.db-wal"))) << "one file, when nobody uses it";
  Session session(folder.file("deep/er/oculus.db"));
  EXPECT_THAT(session.metrics(), SizeIs(1));
  EXPECT_EQ(ask_file(folder.file("deep/er/oculus.db"), "SELECT version FROM schema_version"), sqlite::schema_version());
}

void refuses_untouched(const std::string& path, ErrorKind kind, const std::string& word) {
  const std::string before = content_of(path);
  for (const auto mode : {DatabaseSettings::Mode::read_write_create, DatabaseSettings::Mode::read_write,
                          DatabaseSettings::Mode::read_only}) {
    DatabaseSettings settings = settings_for(path);
    settings.mode = mode;
    const auto opened = open_database(settings);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, kind) << opened.error().text();
    EXPECT_THAT(opened.error().what, HasSubstr(word));
  }
  EXPECT_EQ(content_of(path), before);
}

TEST(SqliteSchema, ANewerVersionIsRefusedUntouched) {
  const ScratchFolder folder;
  {
    const Session session(folder.file());
  }
  change_file(folder.file(), "PRAGMA journal_mode = DELETE; UPDATE schema_version SET version = 99");
  refuses_untouched(folder.file(), ErrorKind::migration, "version 99");
}

TEST(SqliteSchema, SomebodyElsesDatabaseIsRefusedUntouched) {
  const ScratchFolder folder;
  change_file(folder.file(), "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
  refuses_untouched(folder.file(), ErrorKind::migration, "not made by Oculus");
}

TEST(SqliteSchema, AFileThatIsNoDatabaseIsRefusedUntouched) {
  const ScratchFolder folder;
  std::ofstream(folder.file()) << std::string(5000, 'g');
  refuses_untouched(folder.file(), ErrorKind::migration, "not a database");
}

TEST(SqliteSchema, AnEmptyFileBecomesADatabase) {
  const ScratchFolder folder;
  std::ofstream(folder.file()).flush();
  Session session(folder.file());
  EXPECT_TRUE(session.read([](Reader& reader) { return reader.ping(); }));
}

TEST(Database, InMemoryIsOneDatabaseForWriterAndReaders) {
  Session session(":memory:"), other(":memory:");
  const Series one = series("a", "example.com", "net.http.a");
  session.declare(one);
  session.add(one.id(), 1);
  session.flush();
  EXPECT_THAT(session.metrics(), SizeIs(1));
  EXPECT_EQ(session.sql("SELECT symbol FROM metrics")->rows.size(), 1);
  EXPECT_THAT(other.metrics(), IsEmpty()) << "each opening is a database of its own";
}

TEST(Database, ReadOnlyReadsAndReadWriteDoesNotCreate) {
  const ScratchFolder folder;
  DatabaseSettings settings = settings_for(folder.file());
  for (const auto mode : {DatabaseSettings::Mode::read_write, DatabaseSettings::Mode::read_only}) {
    settings.mode = mode;
    const auto opened = open_database(settings);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().text(), HasSubstr(folder.file()));
    EXPECT_FALSE(std::filesystem::exists(folder.file()));
  }
  const Series one = series("a");
  {
    Session session(folder.file());
    session.declare(one);
    session.add(one.id(), 1);
  }
  settings.mode = DatabaseSettings::Mode::read_only;
  Session reading(settings);
  EXPECT_EQ(reading.database().writer, nullptr);
  EXPECT_THAT(reading.metrics(), SizeIs(1));
  settings.mode = DatabaseSettings::Mode::read_write;
  Session writing(settings);
  writing.declare(one);
  writing.add(one.id(), 2);
  writing.flush();
  EXPECT_THAT(reading.metrics(), SizeIs(2));
}

}  // namespace
}  // namespace oculus::store
