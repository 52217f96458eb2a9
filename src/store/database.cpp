#include "store/database.hpp"

#include <atomic>
#include <utility>

#include "store/sqlite/schema.hpp"
#include "store/sqlite/sql_sandbox.hpp"
#include "store/sqlite/sqlite_reader.hpp"
#include "store/sqlite/sqlite_storage.hpp"

namespace oculus::store {
namespace {

// Readers alone change nothing, so what is not ours, or newer, is refused before the first of them asks.
Result<> check_before_reading(const std::string& path) {
  auto db = sqlite::Connection::open(path, sqlite::Connection::Mode::read_only);
  if (!db) return std::unexpected(db.error());
  const auto version = sqlite::check_version(*db);
  if (!version) return std::unexpected(version.error());
  if (*version < sqlite::schema_version())
    return failure(ErrorKind::migration, "the database is of an older version, or empty", "open it once for writing");
  return {};
}

std::unexpected<Error> at_path(Error error, const std::string& path) {
  error.place.file = path;
  return std::unexpected(std::move(error));
}

}  // namespace

Result<Database> open_database(const DatabaseSettings& wanted) {
  static std::atomic<int> databases_in_memory{0};
  DatabaseSettings settings = wanted;
  if (settings.path == ":memory:") settings.path += std::to_string(++databases_in_memory);

  Database database;
  sqlite::SharedState shared;
  if (settings.mode != DatabaseSettings::Mode::read_only) {
    shared.head = std::make_shared<sqlite::Head>(0);
    auto storage = std::make_unique<sqlite::SqliteStorage>(settings, shared);
    // Trouble that may pass is the writer's: it goes on trying, and says so.
    if (auto opened = storage->open(); !opened && opened.error().kind != ErrorKind::unavailable)
      return at_path(opened.error(), wanted.path);
    database.writer = std::make_unique<StoreWriter>(std::move(storage), settings.writer);
  } else if (auto checked = check_before_reading(settings.path); !checked) {
    return at_path(checked.error(), wanted.path);
  }
  database.readers = std::make_unique<ReaderPool>(settings.reader_threads, [path = settings.path, shared] {
    return std::make_unique<sqlite::SqliteReader>(path, shared);
  });
  database.sql = std::make_unique<SqlPool>(settings.sql_threads, [path = settings.path, shared] {
    return std::make_unique<sqlite::SqlSandbox>(path, shared);
  });
  return database;
}

std::string_view public_schema() noexcept { return sqlite::public_schema(); }

}  // namespace oculus::store
