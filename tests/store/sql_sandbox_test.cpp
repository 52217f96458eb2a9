#include <gmock/gmock.h>

#include "store/scratch_database.hpp"

namespace oculus::store {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Sandbox : public testing::Test {
 protected:
  Sandbox() : session_(folder_.file()) {
    session_.declare(series("a", "example.com", "net.http.a"));
    for (int i = 0; i < 300; ++i) session_.add(series("a").id(), 1'000'000 * i, i);
    session_.put(InsertEvent{{.message = "hello", .payload = R"({"n":[1,2]})"}});
    session_.put(PutCollector{{.type = "http", .name = "a", .config = R"({"token":"hunter2"})"}, true, {}});
    session_.flush();
  }
  void refuses(const std::string& text) {
    const auto table = session_.sql(text);
    EXPECT_FALSE(table) << text;
    if (!table) {
      EXPECT_EQ(table.error().kind, ErrorKind::invalid) << text << ": " << table.error().text();
    }
  }
  void answers(const std::string& text) {
    const auto table = session_.sql(text);
    EXPECT_TRUE(table) << text << ": " << table.error().text();
  }

  ScratchFolder folder_;
  Session session_;
};

TEST_F(Sandbox, AnswersWhatPeopleAsk) {
  for (const char* text : {
           "SELECT count(*) FROM collectors",
           "SELECT (SELECT count(*) FROM collectors) + (SELECT count(*) FROM metrics)",
           "SELECT * FROM metrics LIMIT 5",
           "SELECT * FROM metric_values WHERE ts > ago('1h') -- with a comment",
           "SELECT count(*) FROM metrics;",
           "SELECT COUNT(*) FROM METRICS",
           "WITH n AS (SELECT 1) SELECT count(*) FROM n",
           "SELECT bucket('5m', ts) AS t, avg(value), max(value) FROM metrics GROUP BY t ORDER BY t DESC;  /* end */",
           "WITH recent AS (SELECT * FROM metrics WHERE ts > 5) SELECT symbol, count(*) FROM recent GROUP BY symbol",
           "VALUES (1, 'a'), (2, 'b')",
           "SELECT symbol FROM metric_series UNION SELECT source FROM events",
           "SELECT tags->>'source', json_extract(payload, '$.n') FROM metrics, events LIMIT 1",
           "SELECT value FROM events, json_each(payload, '$.n')",
           "SELECT row_number() OVER (ORDER BY ts), lag(value) OVER (ORDER BY ts) FROM metrics",
           "SELECT s.symbol, v.value FROM metric_values v JOIN metric_series s USING (series_id) LIMIT 3",
           "SELECT type, name, source, enabled FROM collectors",
           "SELECT version FROM schema_version",
           "SELECT round(1.555, 2), upper('x'), datetime(ts / 1000000, 'unixepoch') FROM metrics LIMIT 1",
           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT sum(i) FROM n",
           "SELECT CASE WHEN message LIKE 'h%' THEN 1 END FROM events",
           "SELECT now_us() - now(), ago('1h') < now_us()",
       })
    answers(text);
}

TEST_F(Sandbox, RefusesWhatWritesReachesOutOrHidesItsPurpose) {
  const std::string nul("SELECT 1\0; DELETE FROM events", 29);
  const std::vector<std::string> hostile = {
      // Writing.
      "INSERT INTO events (ts, source, kind, severity, message, payload) VALUES (1, '', '', '', '', '')",
      "INSERT INTO events DEFAULT VALUES RETURNING id",
      "UPDATE events SET message = ''",
      "UPDATE events SET message = '' RETURNING *",
      "DELETE FROM events",
      "DELETE FROM metrics RETURNING *",
      "REPLACE INTO schema_version VALUES (9)",
      "WITH gone AS (SELECT id FROM events) DELETE FROM events WHERE id IN gone",
      "WITH x AS (SELECT 1) INSERT INTO schema_version SELECT * FROM x",
      "CREATE TABLE t (a)",
      "CREATE TEMP TABLE t (a)",
      "CREATE TEMP VIEW metrics AS SELECT 1",
      "CREATE TABLE t AS SELECT * FROM events",
      "CREATE VIRTUAL TABLE t USING fts5(a)",
      "CREATE TRIGGER t AFTER INSERT ON events BEGIN SELECT 1; END",
      "CREATE INDEX i ON events (message)",
      "DROP TABLE events",
      "DROP VIEW metrics",
      "ALTER TABLE events RENAME TO e",
      "ANALYZE",
      "REINDEX",
      "VACUUM",
      "VACUUM INTO '/tmp/copy.db'",
      // Transactions, other files, settings.
      "BEGIN",
      "BEGIN IMMEDIATE",
      "COMMIT",
      "ROLLBACK",
      "SAVEPOINT s",
      "RELEASE s",
      "ATTACH '/etc/passwd' AS p",
      "ATTACH ':memory:' AS m",
      "DETACH main",
      "PRAGMA query_only = OFF",
      "PRAGMA writable_schema = ON",
      "PRAGMA table_info(events)",
      "PRAGMA wal_checkpoint(TRUNCATE)",
      "PRAGMA journal_mode = DELETE",
      "PRAGMA temp_store_directory = '/'",
      "PRAGMA hard_heap_limit = 1",
      // What is behind the relations.
      "SELECT * FROM sqlite_master",
      "SELECT sql FROM sqlite_schema",
      "SELECT * FROM sqlite_temp_master",
      "SELECT * FROM sqlite_sequence",
      "SELECT * FROM pragma_table_info('collectors')",
      "SELECT * FROM pragma_database_list",
      "SELECT * FROM pragma_compile_options",
      "SELECT * FROM dbstat",
      "SELECT count(*) FROM DBSTAT",
      "SELECT count(*) FROM Sqlite_Master",
      "SELECT count(*) FROM pragma_module_list",
      "SELECT count(*) FROM collector_rows",
      "WITH metrics AS (SELECT json_patch('{}', '{}') AS p) SELECT p FROM metrics",
      "SELECT trim('x', '" + std::string(1000, 'a') + "')",
      "SELECT * FROM sqlite_stmt",
      "SELECT * FROM sqlite_dbpage",
      "SELECT * FROM fts3_tokenizer",
      "SELECT * FROM value_rows",
      "SELECT config FROM collector_rows",
      "SELECT config FROM collectors",
      "SELECT * FROM \"collector_rows\"",
      "SELECT * FROM [Collector_Rows]",
      "SELECT * FROM main.collector_rows",
      "SELECT (SELECT config FROM collector_rows) FROM metrics",
      "WITH collectors AS (SELECT config FROM collector_rows) SELECT config FROM collectors",
      "WITH metrics(c) AS (SELECT config FROM COLLECTOR_ROWS) SELECT c FROM metrics",
      "SELECT * FROM collectors AS c JOIN collector_rows USING (id)",
      "SELECT 1 WHERE EXISTS (SELECT 1 FROM collector_rows WHERE config LIKE '%hunter%')",
      "SELECT * FROM metrics ORDER BY (SELECT config FROM collector_rows)",
      // Functions that reach out or take memory.
      "SELECT load_extension('/tmp/x.so')",
      "SELECT readfile('/etc/passwd')",
      "SELECT writefile('/tmp/x', 'y')",
      "SELECT edit('x')",
      "SELECT fts3_tokenizer('simple')",
      "SELECT fts5(1)",
      "SELECT randomblob(100000000)",
      "SELECT length(zeroblob(900000000))",
      "SELECT hex(zeroblob(900000))",
      "SELECT sqlite_version()",
      "SELECT sqlite_source_id()",
      "SELECT sqlite_compileoption_get(1)",
      "SELECT sqlite_log(1, 'x')",
      "SELECT sqlite_offset(ts) FROM metrics",
      "SELECT last_insert_rowid()",
      "SELECT changes()",
      "SELECT soundex('x')",
      "SELECT rtreecheck('x')",
      "SELECT snippet(1)",
      "SELECT json_group_array(tags) FROM metrics",
      "SELECT json_group_object(ts, tags) FROM metrics",
      // Too large.
      "SELECT printf('%2000000d', 1)",
      "SELECT length(printf('%.*c', 900000000, 'x'))",
      "SELECT format('%s', 'x')",
      "SELECT length(replace('" + std::string(2000, 'a') + "', 'a', '" + std::string(2000, 'b') + "'))",
      "SELECT group_concat('" + std::string(100'000, 'a') + "') FROM metrics",
      "SELECT 'a' LIKE '" + std::string(5000, '%') + "'",
      "SELECT " + std::string(300, '(') + "1" + std::string(300, ')'),
      "SELECT max(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)",
      "SELECT '" + std::string(1 << 20, 'x') + "'",
      // More than one statement, or none.
      "SELECT 1; SELECT 2",
      "SELECT 1; DELETE FROM events",
      "SELECT 1;; ;PRAGMA query_only = OFF",
      "SELECT 1; /* not closed */ x",
      "EXPLAIN SELECT 1",
      "EXPLAIN QUERY PLAN SELECT * FROM metrics",
      "",
      "   ;  ",
      "-- nothing",
      nul,
      // Wrong.
      "SELEC 1",
      "SELECT nothing FROM metrics",
      "SELECT \"text in the wrong quotes\"",
      "SELECT ?",
      "SELECT bucket('0s', 1)",
      "SELECT bucket('5x', 1)",
      "SELECT ago('soon')",
      "SELECT json('{')",
  };
  EXPECT_GE(hostile.size(), 60);
  for (const std::string& text : hostile) refuses(text);
  answers("SELECT count(*) FROM events");
  EXPECT_EQ(session_.events().size(), 1) << "nothing was changed";
}

TEST_F(Sandbox, NeverShowsAConfiguration) {
  const auto table = session_.sql("SELECT * FROM collectors");
  ASSERT_TRUE(table);
  for (const auto& row : table->rows)
    for (const Cell& cell : row)
      if (const auto* text = std::get_if<std::string>(&cell)) {
        EXPECT_THAT(*text, testing::Not(HasSubstr("hunter2")));
      }
}

TEST_F(Sandbox, EndsWhatRunsTooLong) {
  const SqlQuery query{.text = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
                       .time_limit = 50ms};
  const auto table = session_.database().sql->ask(
      [&](SqlReader& reader) { return reader.run(query, Clock::now() + query.time_limit); });
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().kind, ErrorKind::timed_out);
  EXPECT_EQ(table.error().what, "the query was not done within 50 ms");
}

TEST_F(Sandbox, TheWaitForATurnCounts) {
  const SqlQuery query{.text = "SELECT 1"};
  const auto table =
      session_.database().sql->ask([&](SqlReader& reader) { return reader.run(query, Clock::now() - 1ms); });
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().kind, ErrorKind::timed_out);
}

TEST_F(Sandbox, EndsWhatTakesTooMuchMemory) {
  const std::string wide(900'000, 'x');
  for (const char* text :
       {"SELECT a.ts, ?1 || a.ts AS wide FROM metrics a, metrics b ORDER BY wide",
        "SELECT count(*) FROM (SELECT DISTINCT ?1 || (a.ts * 1000 + b.ts) FROM metrics a, metrics b)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n), w AS MATERIALIZED (SELECT "
        "?1 || i AS t FROM n)"
        " SELECT count(*) FROM w"}) {
    // Memory is to end it, however slow the machine: the time limit stays out of the way.
    const auto table = session_.sql(SqlQuery{.text = text, .parameters = {wide}, .time_limit = 60s});
    ASSERT_FALSE(table) << text;
    EXPECT_EQ(table.error().what, "the query needs more than 64 MB of memory") << text;
  }
  answers("SELECT 1");
}

// A function cannot be interrupted. What some of SQLite's own take for these arguments is minutes.
TEST_F(Sandbox, NoFunctionHoldsUpTheTimeLimit) {
  const std::string same(1'000'000, 'a');
  std::string pattern;
  while (pattern.size() < 1000) pattern += "%a";
  pattern += "b";
  for (const char* text :
       {"SELECT sum(?1 LIKE ?2) FROM metrics a, metrics b", "SELECT sum(?1 || a.ts LIKE ?2) FROM metrics a",
        "SELECT sum(?1 || a.ts GLOB replace(?2, '%', '*')) FROM metrics a",
        "SELECT sum(instr(?1, substr(?1, 500000) || 'b' || ?2 || a.ts)) FROM metrics a, metrics b",
        "SELECT sum(length(replace(?1, substr(?1, 500000) || a.ts, ?2))) FROM metrics a, metrics b",
        "SELECT sum(length(trim(?1 || a.ts, 'bcdefghijklmnopqrstuvwxyza'))) FROM metrics a, metrics b, events WHERE "
        "?2"}) {
    const SqlQuery query{.text = text, .parameters = {same, pattern}, .time_limit = 100ms};
    const auto table = session_.database().sql->ask(
        [&](SqlReader& reader) { return reader.run(query, Clock::now() + query.time_limit); });
    if (!table) {
      EXPECT_EQ(table.error().kind, ErrorKind::timed_out) << text << ": " << table.error().text();
    }
  }
}

TEST_F(Sandbox, ItsOwnTextFunctionsAnswerAsSqliteDoes) {
  const auto table = session_.sql(
      "SELECT instr('häuser', 'u'), instr('a', 'b'), instr(NULL, 'a'), instr('a', ''), replace('a-b-c', '-', '+'), "
      "replace('abc', '', 'x'), replace('abc', 'b', NULL), trim('xxaxx', 'x'), ltrim('äöa', 'öä'), rtrim('a  ', ' '), "
      "trim('', 'x'), trim('aaa', 'a'), trim('  a '), replace(12, 2, 3)");
  ASSERT_TRUE(table) << table.error().text();
  const std::vector<Cell> expected = {std::int64_t{3},      std::int64_t{0},    nullptr,       std::int64_t{1},
                                      std::string("a+b+c"), std::string("abc"), nullptr,       std::string("a"),
                                      std::string("a"),     std::string("a"),   std::string(), std::string(),
                                      std::string("a"),     std::string("13")};
  EXPECT_EQ(table->rows.at(0), expected);
}

TEST_F(Sandbox, CutsTheAnswerAtItsCaps) {
  SqlQuery query{.text = "SELECT ts FROM metrics ORDER BY ts", .most_rows = 10};
  const auto ask = [&] {
    return session_.database().sql->ask([&](SqlReader& reader) { return reader.run(query, Clock::now() + 5s); });
  };
  auto table = ask();
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows.size(), 10);
  EXPECT_TRUE(table->truncated);

  query = {.text = "SELECT ? || substr('x' || ts, 1, 1) FROM metrics",
           .parameters = {std::string(1000, 'x')},
           .most_bytes = 5000};
  table = ask();
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows.size(), 4);
  EXPECT_TRUE(table->truncated);

  query = {.text = "SELECT ts FROM metrics", .most_rows = 300};
  table = ask();
  ASSERT_TRUE(table);
  EXPECT_FALSE(table->truncated) << "exactly as many as allowed";
}

TEST_F(Sandbox, BindsParametersAndKeepsTypes) {
  const auto table = session_.sql("SELECT ?, ?, ?, ?", {std::int64_t{1} << 60, 1.5, std::string("a\0b", 3), nullptr});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows.at(0).at(0), Cell(std::int64_t{1} << 60));
  EXPECT_EQ(table->rows.at(0).at(1), Cell(1.5));
  EXPECT_EQ(table->rows.at(0).at(2), Cell(std::string("a\0b", 3)));
  EXPECT_EQ(table->rows.at(0).at(3), Cell(nullptr));
  EXPECT_EQ(session_.sql("SELECT ?", {}).error().what, "the query has 1 parameters, 0 came");
}

TEST_F(Sandbox, BucketIsTheFloorAlsoBefore1970) {
  const auto table = session_.sql(
      "SELECT bucket('5m', 0), bucket('5m', -1), bucket('5m', 299999999), bucket('5m', -300000000), bucket('1s', "
      "NULL)");
  ASSERT_TRUE(table);
  const std::vector<Cell> expected = {std::int64_t{0}, std::int64_t{-300'000'000}, std::int64_t{0},
                                      std::int64_t{-300'000'000}, nullptr};
  EXPECT_EQ(table->rows.at(0), expected);
}

TEST_F(Sandbox, ThePublicColumnsAreThoseOfTheContract) {
  const std::pair<const char*, std::vector<std::string>> relations[] = {
      {"metric_series",
       {"series_id", "symbol", "category", "name", "target", "unit", "static_tags", "description", "interval_ms",
        "created_at", "updated_at", "retired_at"}},
      {"metric_values", {"ts", "series_id", "value", "success", "duration_ms", "dynamic_tags", "unit"}},
      {"metrics", {"ts", "category", "symbol", "name", "target", "value", "unit", "success", "duration_ms", "tags"}},
      {"events", {"id", "ts", "source", "kind", "severity", "message", "payload"}},
      {"collectors", {"id", "type", "name", "source", "enabled", "group_name", "created_at", "updated_at"}},
      {"schema_version", {"version"}}};
  for (const auto& [relation, columns] : relations) {
    const auto table = session_.sql(std::string("SELECT * FROM ") + relation + " LIMIT 1");
    ASSERT_TRUE(table) << relation;
    EXPECT_EQ(table->columns, columns) << relation;
  }
}

}  // namespace
}  // namespace oculus::store
