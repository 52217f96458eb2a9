// The loadable extension: `.load ./oculus_sqlite` in the sqlite3 shell, or sqlite3_load_extension in any client, gives
// its connection the relations metric_values and metrics and the functions of people's SQL. Made of the units that
// read; the connection's thread.
#include <fmt/format.h>

#include "store/sqlite/functions.hpp"
#include "store/sqlite/schema.hpp"
#include "store/sqlite/value_relations.hpp"

SQLITE_EXTENSION_INIT1

namespace oculus::store::sqlite {
namespace {

constexpr int kOldestSqlite = 3'038'000;  // of the calls that are made

Result<> check_file(Connection& db) {
  const auto version = check_version(db);
  if (!version) return std::unexpected(version.error());
  if (*version == 0)
    return failure(ErrorKind::migration, "the database is empty", "open one that Oculus wrote, then load this");
  if (*version < schema_version())
    return failure(ErrorKind::migration,
                   fmt::format("the database has version {}, this extension reads {}", *version, schema_version()),
                   "start Oculus with it once, which brings it forward");
  return {};
}

Result<> extend(Connection& db) {
  if (auto fine = check_file(db); !fine) return fine;
  if (auto done = add_functions(db); !done) return done;
  return add_value_relations(db, SharedState{}, nullptr);
}

}  // namespace
}  // namespace oculus::store::sqlite

/// SQLite makes this name of that of the file.
extern "C" int sqlite3_oculussqlite_init(sqlite3* handle, char** message, const sqlite3_api_routines* api) {
  using namespace oculus::store::sqlite;
  SQLITE_EXTENSION_INIT2(api)
  if (sqlite3_libversion_number() < kOldestSqlite) {
    *message = sqlite3_mprintf("oculus_sqlite needs SQLite 3.38 or later, this is %s", sqlite3_libversion());
    return SQLITE_ERROR;
  }
  try {
    const auto done = Connection::borrow(handle, extend);
    if (done) return SQLITE_OK;
    *message = sqlite3_mprintf("%s", done.error().text().c_str());
    return SQLITE_ERROR;
  } catch (const std::exception&) {  // of memory alone
    return SQLITE_NOMEM;
  }
}
