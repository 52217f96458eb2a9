#include "store/engine.hpp"

#include <algorithm>

#include "measure/require.hpp"
#include "store/sqlite/sql_sandbox.hpp"
#include "store/sqlite/sqlite_storage.hpp"

namespace oculus::bench {

std::unique_ptr<store::Storage> open_engine(const std::string& path, std::span<const Series> series) {
  store::DatabaseSettings settings;
  settings.path = path;
  store::sqlite::SharedState shared;
  shared.head = std::make_shared<store::sqlite::Head>(0);
  auto engine = std::make_unique<store::sqlite::SqliteStorage>(settings, shared);
  require(engine->open());
  std::vector<store::Write> declared;
  for (const Series& one : series) declared.emplace_back(store::UpsertSeries{one});
  write(*engine, declared);
  return engine;
}

void write(store::Storage& engine, std::span<const store::Write> rows) {
  require(engine.begin());
  for (const store::Write& row : rows) require(engine.write(row));
  require(engine.commit());
}

void fill(store::Storage& engine, Dataset& dataset, std::size_t per_transaction) {
  constexpr std::size_t kMany = 50'000;
  std::vector<Row> rows;
  std::vector<store::Write> writes;
  while (dataset.next(kMany, rows)) {
    for (std::size_t begin = 0; begin < rows.size(); begin += per_transaction) {
      const std::size_t end = std::min(rows.size(), begin + per_transaction);
      writes.clear();
      for (std::size_t i = begin; i < end; ++i) writes.emplace_back(std::move(rows[i].sample));
      write(engine, writes);
    }
    rows.clear();
  }
}

void seal(store::Storage& engine) { require(dynamic_cast<store::sqlite::SqliteStorage&>(engine).seal()); }

store::Database open_all(const std::string& path, store::DatabaseSettings::Mode mode) {
  store::DatabaseSettings settings;
  settings.path = path;
  settings.mode = mode;
  settings.reader_threads = 1;
  settings.sql_threads = 1;
  return require(store::open_database(settings));
}

std::unique_ptr<store::SqlReader> open_sandbox(const std::string& path) {
  return std::make_unique<store::sqlite::SqlSandbox>(path, store::sqlite::SharedState{});
}

}  // namespace oculus::bench
