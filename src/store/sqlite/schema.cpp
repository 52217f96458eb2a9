#include "store/sqlite/schema.hpp"

#include <fmt/format.h>

#include <array>

namespace oculus::store::sqlite {
namespace {

// The first layout: `value_rows` held a sample a row. It is read, and turned into chunks, where a file still has it.
constexpr const char* kFirst = R"sql(
  CREATE TABLE metric_series (
    series_id INTEGER PRIMARY KEY,
    symbol TEXT,
    category TEXT NOT NULL,
    name TEXT NOT NULL,
    target TEXT NOT NULL,
    unit TEXT NOT NULL DEFAULT '',
    static_tags TEXT NOT NULL DEFAULT '{}',
    description TEXT NOT NULL DEFAULT '',
    interval_ms INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    retired_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX current_symbol ON metric_series (symbol) WHERE retired_at IS NULL AND symbol IS NOT NULL;
  CREATE INDEX series_of_symbol ON metric_series (symbol);

  CREATE TABLE value_rows (
    ts INTEGER NOT NULL,
    series_id INTEGER NOT NULL REFERENCES metric_series (series_id) ON DELETE CASCADE,
    value REAL,
    success INTEGER NOT NULL,
    duration_us INTEGER,
    tags TEXT,
    PRIMARY KEY (ts, series_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX values_of_series ON value_rows (series_id, ts);

  CREATE VIEW metric_values AS
    SELECT v.ts, v.series_id, v.value, v.success, v.duration_us / 1000.0 AS duration_ms,
           coalesce(v.tags, '{}') AS dynamic_tags, s.unit
    FROM value_rows v JOIN metric_series s ON s.series_id = v.series_id;

  CREATE VIEW metrics AS
    SELECT v.ts, s.category, s.symbol, s.name, s.target, v.value, s.unit, v.success,
           v.duration_us / 1000.0 AS duration_ms, json_patch(s.static_tags, coalesce(v.tags, '{}')) AS tags
    FROM value_rows v JOIN metric_series s ON s.series_id = v.series_id;

  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ts INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    payload TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_time ON events (ts);

  CREATE TABLE collector_rows (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    group_name TEXT NOT NULL,
    config TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (type, name)
  ) STRICT;
  CREATE VIEW collectors AS
    SELECT id, type, name, source, enabled, group_name, created_at, updated_at FROM collector_rows;

  CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
  INSERT INTO schema_version (version) VALUES (0);
)sql";

// Samples go into the journal, a batch a row in order of arrival, and from there into chunks: docs/storage.md. The
// relations metric_values and metrics are made of them by the program (value_relations.hpp).
constexpr const char* kSecond = R"sql(
  DROP VIEW metric_values;
  DROP VIEW metrics;

  CREATE TABLE series_slots (
    slot INTEGER PRIMARY KEY AUTOINCREMENT,
    series_id INTEGER NOT NULL UNIQUE REFERENCES metric_series (series_id) ON DELETE CASCADE
  ) STRICT;
  INSERT INTO series_slots (series_id) SELECT series_id FROM metric_series ORDER BY created_at, series_id;

  CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    batch BLOB NOT NULL
  ) STRICT;
  CREATE TABLE journal_state (
    sealed INTEGER NOT NULL,
    has_old_rows INTEGER NOT NULL
  ) STRICT;
  INSERT INTO journal_state (sealed, has_old_rows) SELECT 0, EXISTS (SELECT 1 FROM value_rows);

  CREATE TABLE chunks (
    slot INTEGER NOT NULL,
    first INTEGER NOT NULL,
    span INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    data INTEGER NOT NULL,
    summary BLOB NOT NULL,
    PRIMARY KEY (slot, first)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pieces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    users INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
)sql";

constexpr std::array kMigrations = {kFirst, kSecond};

constexpr std::string_view kPublicSchema =
    R"(metric_series   series_id, symbol, category, name, target, unit, static_tags, description, interval_ms, created_at, updated_at, retired_at
metric_values   ts, series_id, value, success, duration_ms, dynamic_tags, unit
metrics         ts, category, symbol, name, target, value, unit, success, duration_ms, tags
events          id, ts, source, kind, severity, message, payload
collectors      id, type, name, source, enabled, group_name, created_at, updated_at
schema_version  version

Times are microseconds since 1970, UTC; tags and payload are JSON.
Functions: now_us(), ago('1h'), bucket('5m', ts)
)";

// "OCUL": tells our files from other people's SQLite databases.
constexpr int kApplicationId = 0x4F43554C;

}  // namespace

int schema_version() noexcept { return static_cast<int>(kMigrations.size()); }
std::string_view public_schema() noexcept { return kPublicSchema; }

Result<int> check_version(Connection& db) {
  const auto tables = db.ask("SELECT count(*) FROM sqlite_schema");
  if (!tables) {
    if (sqlite3_errcode(db.handle()) == SQLITE_NOTADB)
      return failure(ErrorKind::migration, "this file is not a database", "name another file in database.dsn");
    return std::unexpected(tables.error());
  }
  if (*tables == 0) return 0;
  const auto application = db.ask("PRAGMA application_id");
  if (!application) return std::unexpected(application.error());
  if (*application != kApplicationId)
    return failure(ErrorKind::migration, "the database was not made by Oculus",
                   "name another file, or an empty one, in database.dsn");
  const auto version = db.ask("SELECT version FROM schema_version");
  if (!version) return std::unexpected(version.error());
  if (!*version)
    return failure(ErrorKind::migration, "the database does not say its version", "restore it from a copy");
  if (**version > schema_version())
    return failure(ErrorKind::migration,
                   fmt::format("the database has version {}, this program knows up to {}", **version, schema_version()),
                   "start the newer Oculus that wrote it, or use another database");
  return static_cast<int>(**version);
}

Result<> migrate(Connection& db) {
  if (auto begun = db.execute("BEGIN IMMEDIATE"); !begun) return begun;
  const auto version = check_version(db);
  if (!version) {
    (void)db.execute("ROLLBACK");
    return std::unexpected(version.error());
  }
  for (auto step = static_cast<std::size_t>(*version); step < kMigrations.size(); ++step) {
    auto done = db.execute(kMigrations[step]);
    if (done)
      done = db.execute(
          fmt::format("UPDATE schema_version SET version = {}; PRAGMA application_id = {}", step + 1, kApplicationId));
    if (!done) {
      (void)db.execute("ROLLBACK");
      return done;
    }
  }
  if (*version < schema_version())
    if (auto done = drop_old_rows_if_converted(db); !done) {
      (void)db.execute("ROLLBACK");
      return done;
    }
  return db.execute("COMMIT");
}

Result<> drop_old_rows_if_converted(Connection& db) {
  const auto left = db.ask("SELECT has_old_rows FROM journal_state");
  if (!left) return std::unexpected(left.error());
  return *left == 0 ? db.execute("DROP TABLE IF EXISTS value_rows") : Result<>();
}

}  // namespace oculus::store::sqlite
