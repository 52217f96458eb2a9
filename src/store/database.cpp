#include "store/database.hpp"

#include <atomic>
#include <utility>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/schema.hpp"
#include "store/sqlite/sql_sandbox.hpp"
#include "store/sqlite/sqlite_reader.hpp"
#include "store/sqlite/sqlite_storage.hpp"

namespace oculus::store {
namespace {

// Trouble that may pass by itself: the writer goes on trying.
bool may_pass(const Error& error) { return error.kind == ErrorKind::database || error.kind == ErrorKind::unavailable; }

// Mistakes of the person come before any thread is started.
Result<> check_readable(const DatabaseSettings& settings) {
  auto db = sqlite::Connection::open(settings.path, sqlite::Connection::Mode::read_only);
  if (!db) return std::unexpected(db.error());
  if (const auto version = sqlite::check_version(*db); !version) return std::unexpected(version.error());
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
  if (settings.mode != DatabaseSettings::Mode::read_only) {
    auto storage = std::make_unique<sqlite::SqliteStorage>(settings);
    if (auto opened = storage->open(); !opened && !may_pass(opened.error()))
      return at_path(opened.error(), wanted.path);
    database.writer = std::make_unique<StoreWriter>(std::move(storage), settings.writer);
  } else if (auto readable = check_readable(settings); !readable) {
    return at_path(readable.error(), wanted.path);
  }
  database.readers = std::make_unique<ReaderPool>(
      settings.reader_threads, [path = settings.path] { return std::make_unique<sqlite::SqliteReader>(path); });
  database.sql = std::make_unique<SqlPool>(
      settings.sql_threads, [path = settings.path] { return std::make_unique<sqlite::SqlSandbox>(path); });
  return database;
}

std::string_view public_schema() noexcept { return sqlite::public_schema(); }

}  // namespace oculus::store
