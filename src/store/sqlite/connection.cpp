#include "store/sqlite/connection.hpp"

#include <fmt/format.h>

#include <utility>

namespace oculus::store::sqlite {
namespace {

bool is_row_fault(int code) {
  return code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH || code == SQLITE_TOOBIG || code == SQLITE_RANGE;
}

constexpr int flags(Connection::Mode mode) {
  constexpr int kAlways = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
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
  return {is_row_fault(code & 0xff) ? ErrorKind::invalid_data : ErrorKind::database,
          fmt::format("{}: {} (SQLite {})", doing, text, code),
          {},
          {}};
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
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
  const int code = sqlite3_open_v2(uri.c_str(), &handle, flags(in_memory ? Mode::read_write_create : mode), nullptr);
  Connection connection(handle);
  if (code != SQLITE_OK) return std::unexpected(error_of(handle, fmt::format("cannot open {}", path)));
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error_of(handle_.get(), "the statement is wrong"));
  return Statement(handle_.get(), handle);
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
