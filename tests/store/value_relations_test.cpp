// The relations that the program makes, against plain tables with the same rows in a SQLite of their own: whatever a
// query uses of the plan, the answer is the same. And what lies behind them stays out of reach.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "store/scratch_database.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/functions.hpp"

namespace oculus::store {
namespace {

using namespace std::chrono_literals;
using sqlite::Connection;

constexpr std::int64_t kStart = 1'700'000'000'000'000, kStep = 30'000'000;

std::string text_of(const Cell& cell) {
  return std::visit(
      [](const auto& value) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::nullptr_t>)
          return "NULL";
        else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
          return '\'' + value + '\'';
        else
          return fmt::format("{}", value);
      },
      cell);
}
std::vector<std::string> lines_of(const SqlTable& table) {
  std::vector<std::string> lines;
  for (const auto& row : table.rows) {
    std::string line;
    for (const Cell& cell : row) line += text_of(cell) + ' ';
    lines.push_back(std::move(line));
  }
  return lines;
}

class ValueRelations : public testing::Test {
 protected:
  ValueRelations() : session_(settings()), plain_(*Connection::open(folder_.file("plain.db"), kCreate)) {
    EXPECT_TRUE(sqlite::add_functions(plain_));
    write();
    copy("metric_series", "series_id INTEGER, symbol TEXT, category TEXT, name TEXT, unit TEXT",
         "series_id, symbol, category, name, unit");
    copy("metric_values",
         "ts INTEGER, series_id INTEGER, value REAL, success INTEGER, duration_ms REAL, dynamic_tags TEXT, unit TEXT",
         "ts, series_id, value, success, duration_ms, dynamic_tags, unit");
    copy("metrics",
         "ts INTEGER, category TEXT, symbol TEXT, name TEXT, target TEXT, value REAL, unit TEXT, success INTEGER, "
         "duration_ms REAL, tags TEXT",
         "ts, category, symbol, name, target, value, unit, success, duration_ms, tags");
  }
  static constexpr auto kCreate = Connection::Mode::read_write_create;

  [[nodiscard]] DatabaseSettings settings() const {
    DatabaseSettings made = settings_for(folder_.file());
    made.seal = {.samples_of_series = 60, .least_samples = 100, .most_samples = 500, .longest = 1h};
    return made;
  }
  // Chunks, journal, late ones, and series of which one has the name of another in capitals, one no symbol of its own,
  // and one no samples.
  void write() {
    for (const char* field : {"a", "b", "c", "d", "empty"}) {
      const bool is_c = *field == 'c', is_d = *field == 'd';
      Series made = series(is_c ? "A" : "a", is_d ? "Example.com" : "example.com",
                           is_c ? std::string() : fmt::format("net.{}", field));
      made.tags = {{"field", field}};
      if (is_d) made.category = "custom";
      series_.push_back(made);
      session_.declare(made);
    }
    std::mt19937 random(7);
    for (int i = 0; i < 400; ++i) {
      InsertValues round;
      for (std::size_t of = 0; of < 4; ++of) {
        if (of == 3 && i % 5 != 0) continue;
        const bool late = random() % 20 == 0;
        Sample one = sample(series_[of].id(), kStart + (late ? i / 2 : i) * kStep + (late ? 7 : 0),
                            static_cast<double>(random() % 1000) / 10);
        if (random() % 30 == 0) one = sample(series_[of].id(), to_us(one.at), std::nullopt);
        if (!one.success) one.tags = {{"error", "timeout"}};
        if (random() % 3 != 0) one.took = std::chrono::microseconds(random() % 100'000);
        round.samples.push_back(std::move(one));
      }
      session_.put(std::move(round));
      if (i % 25 == 24) session_.flush();
    }
    session_.flush();
  }
  void copy(const std::string& name, const std::string& declaration, const std::string& columns) {
    ASSERT_TRUE(plain_.execute(fmt::format("CREATE TABLE {} ({})", name, declaration)));
    const auto rows = ask_ours(fmt::format("SELECT {} FROM {}", columns, name));
    ASSERT_TRUE(rows) << rows.error().text();
    ASSERT_FALSE(rows->rows.empty());
    std::string places = "?";
    for (std::size_t i = 1; i < rows->columns.size(); ++i) places += ", ?";
    auto insert = plain_.prepare(fmt::format("INSERT INTO {} VALUES ({})", name, places));
    ASSERT_TRUE(insert);
    ASSERT_TRUE(plain_.execute("BEGIN"));
    for (const auto& row : rows->rows) {
      for (std::size_t i = 0; i < row.size(); ++i) bind(*insert, static_cast<int>(i) + 1, row[i]);
      const auto done = insert->run();
      ASSERT_TRUE(done) << done.error().text();
    }
    ASSERT_TRUE(plain_.execute("COMMIT"));
  }
  static void bind(sqlite::Statement& statement, int index, const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return statement.bind(index, std::string_view(*text));
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return statement.bind(index, *number);
    if (const auto* real = std::get_if<double>(&cell)) return statement.bind(index, *real);
    statement.bind(index, std::nullopt);
  }
  Result<SqlTable> ask_ours(const std::string& text) {
    return session_.sql({.text = text, .time_limit = 60s, .most_rows = 1'000'000, .most_bytes = 1U << 30});
  }
  SqlTable ask_plain(const std::string& text) {
    SqlTable table;
    auto statement = plain_.prepare(text);
    EXPECT_TRUE(statement) << text << ": " << statement.error().text();
    while (statement) {
      const auto more = statement->step();
      EXPECT_TRUE(more) << text;
      if (!more || !*more) break;
      auto& row = table.rows.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement->handle()); ++i)
        switch (sqlite3_column_type(statement->handle(), i)) {
          case SQLITE_INTEGER:
            row.emplace_back(statement->integer(i));
            break;
          case SQLITE_FLOAT:
            row.emplace_back(statement->real(i));
            break;
          case SQLITE_NULL:
            row.emplace_back(nullptr);
            break;
          default:
            row.emplace_back(statement->text(i));
        }
    }
    return table;
  }
  // Where the query leaves the order open, it is not compared.
  void same(const std::string& text) {
    const auto ours = ask_ours(text);
    ASSERT_TRUE(ours) << text << ": " << ours.error().text();
    auto found = lines_of(*ours), wanted = lines_of(ask_plain(text));
    if (text.find("ORDER BY") == std::string::npos) {
      std::ranges::sort(found);
      std::ranges::sort(wanted);
    }
    EXPECT_EQ(found, wanted) << text;
  }

  ScratchFolder folder_;
  Session session_;
  Connection plain_;
  std::vector<Series> series_;
};

TEST_F(ValueRelations, AnyConditionLetsThroughWhatItDoesOnAPlainTable) {
  const std::string at = std::to_string(kStart + 100 * kStep), id = std::to_string(to_signed(series_[1].id()));
  const std::vector<std::string> numbers = {at,
                                            at + ".5",
                                            at + ".0",
                                            "'" + at + "'",
                                            "'" + at + "x'",
                                            "NULL",
                                            "0",
                                            "-1",
                                            "9223372036854775807",
                                            "-9223372036854775808",
                                            "1e300",
                                            "-1e300",
                                            "9.3e18",
                                            "'text'",
                                            "x'00'",
                                            "1 + NULL",
                                            "CAST('" + at + "' AS TEXT)",
                                            id,
                                            id + ".0",
                                            "'" + id + "'",
                                            "' " + id + "'",
                                            "(SELECT max(ts) FROM metrics)"};
  for (const std::string& number : numbers) {
    for (const char* compare : {"=", "==", "<>", "<", "<=", ">", ">=", "IS", "IS NOT"}) {
      same(fmt::format("SELECT count(*), min(ts), max(ts) FROM metric_values WHERE ts {} {}", compare, number));
      same(fmt::format("SELECT count(*), min(ts), max(ts) FROM metrics WHERE {} {} ts", number, compare));
      same(fmt::format("SELECT count(*), min(ts), max(ts) FROM metric_values WHERE series_id {} {}", compare, number));
      if (testing::Test::HasFailure()) return;
    }
    same(fmt::format("SELECT ts, series_id FROM metric_values WHERE ts IN ({0}, {1}) OR series_id IN ({0}, 5)", number,
                     at));
    same(fmt::format("SELECT ts, series_id FROM metric_values WHERE ts IN ({0}, {1}) ORDER BY ts DESC, series_id DESC",
                     number, at));
    same(fmt::format("SELECT count(*) FROM metric_values WHERE ts BETWEEN {} AND {} + 90000000", number, number));
    same(fmt::format("SELECT count(*) FROM metric_values WHERE ts NOT BETWEEN {} AND {}", number, at));
    same(fmt::format("SELECT count(*) FROM metric_values WHERE +ts > {} AND ts < {} OR ts = {}", number, at, number));
  }
  for (const char* column : {"symbol", "name", "category", "target", "unit", "tags"})
    for (const char* condition : {"= 'net.a'",
                                  "= 'NET.A'",
                                  "= 'NET.A' COLLATE NOCASE",
                                  "COLLATE NOCASE = 'A'",
                                  "= 'a'",
                                  "= 'A'",
                                  "IS 'a'",
                                  "IS NULL",
                                  "IS NOT NULL",
                                  "= NULL",
                                  "= ''",
                                  "= 5",
                                  "= 5.5",
                                  "= x'6e65742e61'",
                                  "= CAST(x'6e65742e61' AS TEXT)",
                                  "LIKE 'NET.%'",
                                  "LIKE '%A'",
                                  "GLOB 'net.[ab]'",
                                  "GLOB '*A'",
                                  "IN ('net.a', 'net.b', NULL)",
                                  "IN ('a')",
                                  "NOT IN ('a', 'custom')",
                                  "IN (SELECT symbol FROM metric_series)",
                                  "= 'custom' OR ts = 5",
                                  "= 'example.com ' COLLATE RTRIM",
                                  "BETWEEN 'a' AND 'net.b'",
                                  "> 'b'",
                                  "<> 'a'",
                                  "= 'a' AND ts > 1700000300000000",
                                  "= (SELECT symbol FROM metric_series WHERE symbol GLOB '*.b')",
                                  "|| '' = 'net.a'",
                                  "= 'net.a' AND symbol = 'net.b'"})
      same(fmt::format("SELECT ts, symbol, name, target, value, success, duration_ms, tags FROM metrics WHERE {} {}",
                       column, condition));
}

TEST_F(ValueRelations, AnyQueryAnswersAsOverAPlainTable) {
  for (
      const char* text : {
          "SELECT * FROM metric_values",
          "SELECT * FROM metrics",
          "SELECT * FROM metric_values ORDER BY ts, series_id",
          "SELECT * FROM metric_values ORDER BY ts DESC, series_id DESC",
          "SELECT * FROM metric_values ORDER BY ts, series_id DESC",
          "SELECT * FROM metric_values ORDER BY ts DESC, series_id ASC LIMIT 50 OFFSET 3",
          "SELECT * FROM metric_values ORDER BY series_id, ts",
          "SELECT * FROM metric_values ORDER BY series_id DESC, ts DESC LIMIT 30",
          "SELECT * FROM metric_values ORDER BY ts, series_id LIMIT 40",
          "SELECT * FROM metric_values ORDER BY ts DESC, series_id DESC LIMIT 40 OFFSET 600",
          "SELECT * FROM metric_values WHERE ts > 1700003000000000 ORDER BY ts, series_id LIMIT 10",
          "SELECT * FROM metric_values WHERE ts < 1700003000000000 ORDER BY ts DESC, series_id DESC LIMIT 10",
          "SELECT ts, value FROM metrics WHERE symbol = 'net.a' ORDER BY ts LIMIT 17",
          "SELECT ts, value FROM metrics WHERE symbol = 'net.a' ORDER BY ts DESC LIMIT 17",
          "SELECT ts, value FROM metrics WHERE symbol = 'net.a' ORDER BY ts COLLATE NOCASE DESC, value LIMIT 17",
          "SELECT ts, symbol FROM metrics ORDER BY symbol DESC, ts LIMIT 17",
          "SELECT ts, symbol FROM metrics ORDER BY value, ts, symbol LIMIT 17",
          "SELECT ts, series_id FROM metric_values ORDER BY -ts, series_id LIMIT 17",
          "SELECT DISTINCT ts FROM metrics ORDER BY ts DESC LIMIT 20",
          "SELECT DISTINCT symbol, success FROM metrics",
          "SELECT symbol, count(*), count(value), min(value), max(value) FROM metrics GROUP BY symbol",
          "SELECT ts, count(*) FROM metrics GROUP BY ts HAVING count(*) > 3 ORDER BY ts",
          "SELECT ts, count(*) FROM metrics GROUP BY ts ORDER BY ts DESC LIMIT 9",
          "SELECT bucket('5m', ts) AS at, count(*), max(value) FROM metrics GROUP BY at ORDER BY at",
          "SELECT symbol, bucket('1h', ts), total(success) FROM metrics GROUP BY 1, 2",
          "SELECT max(ts), min(ts) FROM metrics",
          "SELECT max(ts) FROM metrics WHERE symbol = 'net.d'",
          "SELECT symbol, max(ts), value FROM metrics GROUP BY symbol",
          "SELECT ts, series_id, row_number() OVER (PARTITION BY series_id ORDER BY ts) FROM metric_values",
          "SELECT ts, series_id, lag(value) OVER (PARTITION BY series_id ORDER BY ts DESC) FROM metric_values",
          "SELECT ts, sum(success) OVER (ORDER BY ts, series_id ROWS 5 PRECEDING) FROM metric_values ORDER BY ts, "
          "series_id",
          "SELECT a.ts, a.value, b.value FROM metrics a JOIN metrics b ON b.ts = a.ts AND b.symbol = 'net.b' WHERE "
          "a.symbol = 'net.a'",
          "SELECT count(*) FROM metrics a JOIN metrics b USING (ts) JOIN metrics c USING (ts) WHERE a.symbol = 'net.d'",
          "SELECT a.ts, b.ts FROM metrics a LEFT JOIN metrics b ON b.ts = a.ts + 1 AND b.symbol = a.symbol WHERE "
          "a.symbol "
          "= 'net.a'",
          "SELECT s.symbol, (SELECT max(ts) FROM metric_values v WHERE v.series_id = s.series_id) FROM metric_series s",
          "SELECT s.symbol, v.ts FROM metric_series s LEFT JOIN metric_values v USING (series_id) WHERE v.ts IS NULL",
          "SELECT s.symbol, v.ts FROM metric_values v RIGHT JOIN metric_series s USING (series_id) WHERE s.symbol = "
          "'net.empty'",
          "SELECT count(*) FROM metric_values WHERE EXISTS (SELECT 1 FROM metrics m WHERE m.ts = metric_values.ts + 7)",
          "SELECT ts FROM metric_values INTERSECT SELECT ts - 7 FROM metric_values ORDER BY ts",
          "SELECT ts FROM metrics WHERE symbol = 'net.a' EXCEPT SELECT ts FROM metrics WHERE symbol = 'net.d'",
          "SELECT ts FROM metrics WHERE symbol = 'net.a' UNION ALL SELECT ts FROM metrics WHERE symbol = 'net.b' ORDER "
          "BY ts DESC",
          "WITH m AS (SELECT * FROM metrics WHERE ts > 1700006000000000) SELECT count(*), min(x.ts) FROM m x, m y",
          "WITH metrics AS (SELECT 1 AS ts) SELECT * FROM metrics",
          "SELECT typeof(ts), typeof(value), typeof(success), typeof(duration_ms), typeof(dynamic_tags), typeof(unit), "
          "count(*) "
          "FROM metric_values GROUP BY 1, 2, 3, 4, 5, 6",
          "SELECT \"ts\", [value] FROM \"main\".`metrics` WHERE \"symbol\" = 'net.a' AND metrics.ts < 1700000900000000",
          "SELECT (SELECT count(*) FROM metrics b WHERE b.ts < a.ts AND b.symbol = a.symbol) AS n FROM metrics a WHERE "
          "a.symbol = 'net.d'",
      }) {
    same(text);
  }
}

TEST_F(ValueRelations, AnyTwoBoundsAndOrderAnswerAsOverAPlainTable) {
  std::mt19937 random(11);
  const auto any_time = [&] {
    return kStart + static_cast<std::int64_t>(random() % 420) * kStep + static_cast<std::int64_t>(random() % 3) * 7 - 7;
  };
  constexpr const char* kLower[] = {">", ">=", "=", "<>"};
  constexpr const char* kUpper[] = {"<", "<=", "<", "<="};
  for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i) {
    const bool backward = random() % 2 == 0;
    std::string text =
        fmt::format("SELECT ts, series_id, value FROM metric_values WHERE ts {} {}", kLower[random() % 4], any_time());
    if (random() % 2 == 0) text += fmt::format(" AND ts {} {}", kUpper[random() % 4], any_time());
    if (random() % 3 == 0) text += fmt::format(" AND series_id = {}", to_signed(series_[random() % 5].id()));
    text += backward ? " ORDER BY ts DESC, series_id DESC" : " ORDER BY ts, series_id";
    if (random() % 2 == 0) text += fmt::format(" LIMIT {}", random() % 40);
    same(text);
  }
}

TEST_F(ValueRelations, WhatLiesBehindThemStaysOutOfReach) {
  for (const std::string name : {"chunks", "pieces", "journal", "journal_state", "series_slots", "value_rows"}) {
    for (const char* text : {
             "SELECT * FROM {}",
             "SELECT count(*) FROM {}",
             "SELECT 1 FROM {}",
             "SELECT rowid FROM {}",
             "SELECT 1 FROM \"{}\"",
             "SELECT 1 FROM [{}]",
             "SELECT 1 FROM `{}` AS metrics",
             "SELECT count(*) FROM main.{}",
             "SELECT count(*) FROM \"MAIN\".'{}'",
             "SELECT count(*) FROM {} metrics",
             "SELECT metrics.rowid FROM {} AS metrics",
             "SELECT (SELECT count(*) FROM {})",
             "SELECT * FROM metrics, {}",
             "SELECT 1 FROM metrics LEFT JOIN {} ON 1",
             "SELECT 1 WHERE EXISTS (SELECT 1 FROM {})",
             "SELECT 5 IN {}",
             "SELECT 5 IN main.{}",
             "SELECT ts FROM metrics WHERE ts IN (SELECT 1 FROM {})",
             "WITH metrics AS (SELECT * FROM {}) SELECT * FROM metrics",
             "WITH metrics AS (SELECT count(*) AS n FROM {}) SELECT n FROM metrics",
             "WITH {0} AS (SELECT 1 FROM main.{0}) SELECT * FROM {0}",
             "WITH collectors AS (SELECT 1 FROM {}) SELECT count(*) FROM collectors",
             "WITH RECURSIVE metrics(a) AS (SELECT 1 UNION ALL SELECT 2 FROM {}) SELECT a FROM metrics",
             "SELECT ts FROM metrics UNION SELECT 1 FROM {}",
             "SELECT ts FROM metrics ORDER BY (SELECT count(*) FROM {})",
             "SELECT ts FROM metrics GROUP BY ts HAVING (SELECT count(*) FROM {}) > 1",
             "SELECT ts FROM metrics LIMIT (SELECT count(*) FROM {})",
             "SELECT sum(value) OVER (ORDER BY (SELECT count(*) FROM {})) FROM metrics",
             "SELECT * FROM pragma_table_info('{}')",
             "SELECT value FROM json_each((SELECT count(*) FROM {}))",
             "EXPLAIN SELECT * FROM {}",
             "EXPLAIN QUERY PLAN SELECT count(*) FROM {}",
         }) {
      std::string upper = name;
      std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      for (const std::string& spelled : {name, upper}) {
        const std::string query = fmt::format(fmt::runtime(text), spelled);
        const auto table = session_.sql(query);
        EXPECT_FALSE(table) << query;
        if (!table) {
          EXPECT_EQ(table.error().kind, ErrorKind::invalid) << query << ": " << table.error().text();
        }
      }
    }
  }
  // After the relations have worked, too.
  ASSERT_TRUE(session_.sql("SELECT count(*) FROM metrics"));
  EXPECT_FALSE(session_.sql("SELECT count(*) FROM chunks"));
  EXPECT_FALSE(session_.sql("SELECT bytes FROM metrics, pieces"));
  for (const char* column : {"slot", "frame", "data", "batch", "bytes", "hidden", "metrics"})
    EXPECT_FALSE(session_.sql(fmt::format("SELECT m.{} FROM metrics m", column))) << column;
}

TEST_F(ValueRelations, ATimeLimitIsToldAsOneWhateverItInterrupts) {
  // Each row of `a` makes the relation run statements of its own: the limit hits those as well as the person's.
  constexpr const char* kText =
      "SELECT count(*) FROM metrics a, metrics b, metrics c WHERE b.ts >= a.ts AND c.ts >= b.ts";
  for (int i = 0; i < 40; ++i) {
    const auto table = session_.sql({.text = kText, .time_limit = std::chrono::milliseconds(1 + i % 10)});
    ASSERT_FALSE(table);
    ASSERT_EQ(table.error().kind, ErrorKind::timed_out) << table.error().text();
  }
}

TEST_F(ValueRelations, WhatGrowsWithoutEndIsEnded) {
  for (const char* text :
       {"SELECT count(*) FROM metrics a, metrics b, metrics c, metrics d",
        "SELECT max(a.value + b.value) FROM metric_values a, metric_values b, metric_values c WHERE a.ts <= b.ts"}) {
    const auto table = session_.sql({.text = text, .time_limit = 100ms});
    ASSERT_FALSE(table) << text;
    EXPECT_EQ(table.error().kind, ErrorKind::timed_out) << text << ": " << table.error().text();
  }
  const auto table = session_.sql(
      {.text = "SELECT a.tags || b.tags || a.ts || b.ts || c.ts AS t FROM metrics a, metrics b, metrics c ORDER BY t",
       .time_limit = 60s});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().what, "the query needs more than 64 MB of memory");
}

}  // namespace
}  // namespace oculus::store
