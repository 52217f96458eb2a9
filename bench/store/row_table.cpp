#include "store/row_table.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "measure/require.hpp"

namespace oculus::bench {
namespace {

using store::sqlite::Connection;

// As Oculus sets its own connection.
constexpr const char* kSetUp = R"sql(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA journal_size_limit = 16777216;
)sql";

constexpr const char* kSeries = R"sql(
  CREATE TABLE metric_series (
    series_id INTEGER PRIMARY KEY, symbol TEXT, category TEXT NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL,
    unit TEXT NOT NULL, static_tags TEXT NOT NULL
  );
)sql";

struct Sql {
  const char *create, *index, *insert;
};

constexpr Sql sql_of(Layout layout) {
  switch (layout) {
    case Layout::lean:
      return {
          "CREATE TABLE samples (series INTEGER, ts INTEGER, value REAL, success INTEGER, duration_us INTEGER,"
          " tags INTEGER)",
          "", "INSERT INTO samples VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
    case Layout::original:
      return {
          "CREATE TABLE metric_values (id INTEGER PRIMARY KEY AUTOINCREMENT, series_id INTEGER NOT NULL,"
          " ts INTEGER NOT NULL, value REAL, success INTEGER NOT NULL, duration_ms INTEGER, dynamic_tags TEXT)",
          "CREATE INDEX metric_values_ts ON metric_values (ts);"
          "CREATE INDEX metric_values_series ON metric_values (series_id)",
          "INSERT INTO metric_values (series_id, ts, value, success, duration_ms, dynamic_tags)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
    case Layout::clustered:
      return {
          "CREATE TABLE metric_values (series_id INTEGER NOT NULL, ts INTEGER NOT NULL, value REAL,"
          " success INTEGER NOT NULL, duration_us INTEGER, tags INTEGER, PRIMARY KEY (series_id, ts))"
          " WITHOUT ROWID",
          "", "INSERT INTO metric_values VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
  }
  return {};
}

Connection make(Layout layout, const std::string& path) {
  Connection db = require(Connection::open(path, Connection::Mode::read_write_create));
  const Sql sql = sql_of(layout);
  require(db.execute(kSetUp));
  require(db.execute(kSeries));
  require(db.execute(sql.create));
  require(db.execute(sql.index));
  return db;
}

}  // namespace

RowTable::RowTable(Layout layout, const std::string& path, std::span<const Series> series)
    : layout_(layout), db_(make(layout, path)), insert_(require(db_.prepare(sql_of(layout).insert))) {
  auto insert = require(db_.prepare("INSERT INTO metric_series VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
  require(db_.execute("BEGIN"));
  for (const Series& one : series) {
    ids_.push_back(layout_ == Layout::original ? to_signed(one.id()) : static_cast<std::int64_t>(ids_.size()));
    const std::string tags = to_json(one.tags);
    const std::string symbol = one.symbol ? one.symbol->text() : "";
    require(insert.run(ids_.back(), std::string_view(symbol), std::string_view(one.category),
                       std::string_view(one.name), std::string_view(one.target), std::string_view(one.unit),
                       std::string_view(tags)));
  }
  require(db_.execute("COMMIT"));
}

void RowTable::bind(const Row& row) {
  const Sample& sample = row.sample;
  insert_.bind(1, ids_[row.number]);
  insert_.bind(2, sample.at);
  insert_.bind(3, sample.value);
  insert_.bind(4, sample.success ? 1 : 0);
  if (layout_ != Layout::original) {
    insert_.bind(5, sample.took ? std::optional(sample.took->count()) : std::nullopt);
    insert_.bind(6, sample.tags.empty() ? 0 : 1);
    return;
  }
  insert_.bind(5, sample.took ? std::optional(sample.took->count() / 1000) : std::nullopt);
  const std::string tags = to_json(sample.tags);
  sqlite3_bind_text64(insert_.handle(), 6, tags.data(), tags.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void RowTable::insert(const Row& row) {
  bind(row);
  if (sqlite3_step(insert_.handle()) != SQLITE_DONE) give_up(sqlite3_errmsg(db_.handle()));
  sqlite3_reset(insert_.handle());
}

void RowTable::write(std::span<const Row> rows) {
  require(db_.execute("BEGIN IMMEDIATE"));
  for (const Row& row : rows) insert(row);
  require(db_.execute("COMMIT"));
}

void RowTable::fill(Dataset& dataset) {
  // A large transaction writes each page once; rows sorted by their key go to the end of the tree.
  constexpr std::size_t kMany = 6'000'000;
  if (layout_ == Layout::original) require(db_.execute("DROP INDEX metric_values_ts; DROP INDEX metric_values_series"));
  std::vector<Row> rows;
  while (dataset.next(kMany, rows)) {
    if (layout_ == Layout::clustered) std::ranges::stable_sort(rows, {}, &Row::number);
    write(rows);
    rows.clear();
  }
  if (layout_ == Layout::original) require(db_.execute(sql_of(layout_).index));
  require(db_.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
}

}  // namespace oculus::bench
