// Where the database is, as people write it. Plain values; any thread.
#pragma once

#include <string>
#include <string_view>

#include "model/error.hpp"

namespace oculus::config {

struct DatabaseUrl {
  enum class Driver { sqlite, postgresql };
  enum class Mode {
    create,      // rwc: read, write, and make the file where there is none
    read_write,  // rw
    read_only,   // ro
  };

  Driver driver = Driver::sqlite;
  std::string path = "data/oculus.db";  // of SQLite, as written; empty with `memory`
  bool memory = false;                  // one database in memory, which writer and readers see
  Mode mode = Mode::create;
  std::string server;  // of PostgreSQL: the whole URL; it may hold a password and belongs into no message

  friend bool operator==(const DatabaseUrl&, const DatabaseUrl&) = default;
};

/// Reads a path, `sqlite:PATH`, `sqlite:PATH?mode=rwc|rw|ro`, `sqlite::memory:` (or `:memory:`), `postgres://…`,
/// `postgresql://…`.
Result<DatabaseUrl> parse_database_url(std::string_view text, const Place& at = {});
/// A path as it stands, whatever characters it has.
Result<DatabaseUrl> database_at_path(std::string_view path, const Place& at = {});
/// The same, or Invalid when this version cannot open it.
Result<DatabaseUrl> supported(Result<DatabaseUrl> url, const Place& at = {});
/// `sqlite`; `postgresql`, also `pg` and `postgres`.
Result<DatabaseUrl::Driver> parse_driver(std::string_view text, const Place& at = {});

}  // namespace oculus::config
