#include "store/sqlite/connection.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace oculus::store::sqlite {
namespace {

bool is_row_fault(int code) {
  return code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH || code == SQLITE_TOOBIG || code == SQLITE_RANGE;
}

// Trouble that may pass by itself: locks, a full disk, a device that fails.
bool may_pass(int code, int system_error) {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
      return true;
    case SQLITE_CANTOPEN:
      return system_error == ENOSPC || system_error == EDQUOT || system_error == EMFILE || system_error == ENFILE;
    default:
      return false;
  }
}

// A wal-index that cannot grow (SQLITE_IOERR_SHMSIZE) is how a full disk meets who only wants to read.
bool disk_is_full(sqlite3* db, int extended_code) {
  if ((extended_code & 0xff) == SQLITE_FULL || extended_code == SQLITE_IOERR_SHMSIZE) return true;
  const int system_error = db == nullptr ? 0 : sqlite3_system_errno(db);
  const bool of_a_file = (extended_code & 0xff) == SQLITE_IOERR || (extended_code & 0xff) == SQLITE_CANTOPEN;
  return of_a_file && (system_error == ENOSPC || system_error == EDQUOT);
}

ErrorKind kind_of(sqlite3* db, int code) {
  if (is_row_fault(code)) return ErrorKind::invalid_data;
  return may_pass(code, db == nullptr ? 0 : sqlite3_system_errno(db)) ? ErrorKind::unavailable : ErrorKind::database;
}

constexpr int flags(Connection::Mode mode) {
  constexpr int kAlways = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case Connection::Mode::read_write_create:
      return kAlways | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Connection::Mode::read_write:
      return kAlways | SQLITE_OPEN_READWRITE;
    case Connection::Mode::read_only:
      return kAlways | SQLITE_OPEN_READONLY;
  }
  return kAlways;
}

}  // namespace

Error error_of(sqlite3* db, std::string_view doing) {
  const int code = db == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(db);
  const char* const text = db == nullptr ? "out of memory" : sqlite3_errmsg(db);
  if (disk_is_full(db, code))
    return {ErrorKind::unavailable,
            fmt::format("{}: the database or disk is full (SQLite {})", doing, code),
            "make room on it; Oculus goes on by itself",
            {}};
  return {kind_of(db, code & 0xff), fmt::format("{}: {} (SQLite {})", doing, text, code), {}, {}};
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(handle_.get());  // else the next run could bind nothing
    return false;
  }
  Error error = error_of(db_, "the statement failed");
  sqlite3_reset(handle_.get());
  return std::unexpected(std::move(error));
}

std::string Statement::text(int column) const {
  const auto* const begin = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  return begin == nullptr ? std::string()
                          : std::string(begin, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column)));
}

Result<Connection> Connection::open(const std::string& path, Mode mode) {
  // `memdb` shares a database in memory between connections by a name that begins with a slash.
  constexpr std::string_view kMemory = ":memory:";
  const bool in_memory = path.starts_with(kMemory);
  const std::string uri = in_memory ? fmt::format("file:/{}?vfs=memdb", path.substr(kMemory.size())) : path;
  sqlite3* handle = nullptr;
  // Of a person's path nothing is read as a URI: it may hold any character.
  const int how = in_memory ? flags(Mode::read_write_create) | SQLITE_OPEN_URI : flags(mode);
  const int code = sqlite3_open_v2(uri.c_str(), &handle, how, nullptr);
  Connection connection(handle);
  if (code != SQLITE_OK) return std::unexpected(error_of(handle, fmt::format("cannot open {}", path)));
  sqlite3_busy_timeout(handle, static_cast<int>(kBusyTimeout.count()));
  return connection;
}

Result<Connection> Connection::open_snapshot(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#')
      uri += fmt::format("%{:02x}", static_cast<unsigned>(c));
    else
      uri += c;
  }
  uri += "?immutable=1";
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(uri.c_str(), &handle, flags(Mode::read_only) | SQLITE_OPEN_URI, nullptr);
  Connection connection(handle);
  if (code != SQLITE_OK) return std::unexpected(error_of(handle, fmt::format("cannot open {}", path)));
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(handle_.get(), "the database refused a statement"));
  return Statement(handle_.get(), handle);
}

Result<std::vector<Statement>> Connection::prepare_all(std::span<const std::string_view> texts) {
  std::vector<Statement> statements;
  for (const std::string_view text : texts) {
    auto statement = prepare(text);
    if (!statement) return std::unexpected(statement.error());
    statements.push_back(std::move(*statement));
  }
  return statements;
}

Result<> Connection::execute(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return std::unexpected(error_of(handle_.get(), "the statement failed"));
  return {};
}

Result<std::optional<std::int64_t>> Connection::ask(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? std::optional(statement->integer(0)) : std::nullopt;
}

}  // namespace oculus::store::sqlite
