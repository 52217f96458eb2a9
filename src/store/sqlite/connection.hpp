// SQLite with values instead of codes: a connection and its prepared statements. Each belongs to one thread at a time.
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "model/time.hpp"

namespace oculus::store::sqlite {

/// The error of the connection as it stands after a failed call. Constraint, type and size errors are `invalid_data`
/// (the row's fault); locks, a full disk and failing devices are `unavailable` (they may pass); the rest is `database`.
Error error_of(sqlite3* db, std::string_view doing);

/// Bytes that are not text. Not copied: they must live until the statement is reset.
struct Blob {
  std::string_view bytes;
};

class Statement {
 public:
  Statement(sqlite3* db, sqlite3_stmt* handle) : db_(db), handle_(handle) {}

  void bind(int index, std::nullopt_t) { sqlite3_bind_null(handle_.get(), index); }
  void bind(int index, std::integral auto value) {
    sqlite3_bind_int64(handle_.get(), index, static_cast<sqlite3_int64>(value));
  }
  void bind(int index, double value) { sqlite3_bind_double(handle_.get(), index, value); }
  /// Not copied: `text` must live until the statement is reset.
  void bind(int index, std::string_view text) {
    sqlite3_bind_text64(handle_.get(), index, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
  }
  void bind(int index, Blob blob) {
    sqlite3_bind_blob64(handle_.get(), index, blob.bytes.data() == nullptr ? "" : blob.bytes.data(), blob.bytes.size(),
                        SQLITE_STATIC);
  }
  void bind(int index, TimePoint at) { bind(index, to_us(at)); }
  template <class T>
  void bind(int index, const std::optional<T>& value) {
    if (value)
      bind(index, *value);
    else
      bind(index, std::nullopt);
  }
  template <class... T>
  void bind_all(const T&... values) {
    int index = 0;
    (bind(++index, values), ...);
  }

  /// True: a row is there. False: done. The statement is reset when it is done or failed.
  Result<bool> step();
  /// Runs a statement that gives no rows, with these parameters.
  template <class... T>
  Result<> run(const T&... values) {
    bind_all(values...);
    auto done = step();
    if (!done) return std::unexpected(done.error());
    sqlite3_reset(handle_.get());
    return {};
  }
  void reset() { sqlite3_reset(handle_.get()); }

  [[nodiscard]] bool is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(handle_.get(), column); }
  [[nodiscard]] std::string text(int column) const;
  /// Stands until the statement is stepped or reset.
  [[nodiscard]] std::string_view blob(int column) const {
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
  }
  [[nodiscard]] TimePoint time(int column) const { return from_us(integer(column)); }
  [[nodiscard]] std::optional<double> maybe_real(int column) const {
    return is_null(column) ? std::nullopt : std::optional(real(column));
  }
  [[nodiscard]] sqlite3_stmt* handle() const noexcept { return handle_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }
  };
  sqlite3* db_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Connection {
 public:
  enum class Mode { read_write_create, read_write, read_only };

  /// How long a statement waits for the lock of another before it answers `unavailable`.
  static constexpr std::chrono::milliseconds kBusyTimeout{200};

  /// Opens `path` (`:memory:NAME` is a database in memory that all connections of this process share by that name).
  static Result<Connection> open(const std::string& path, Mode mode);
  /// Opens the file as it lies there, without locks and without the log beside it: for a disk so full that not even the
  /// log's index can be made.
  static Result<Connection> open_snapshot(const std::string& path);

  Result<Statement> prepare(std::string_view sql);
  /// Each of them, in this order.
  Result<std::vector<Statement>> prepare_all(std::span<const std::string_view> texts);
  /// One or more statements without parameters and rows.
  Result<> execute(const std::string& sql);
  /// The first column of the first row; empty when there is no row.
  Result<std::optional<std::int64_t>> ask(std::string_view sql);

  [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }

  /// Work on a connection that somebody else closes, such as the one that a module is called by.
  template <class Work>
  static auto borrow(sqlite3* handle, Work work) {
    Connection borrowed(handle);
    const std::unique_ptr<Connection, Return> on_leaving(&borrowed);
    return work(borrowed);
  }

 private:
  struct Return {
    void operator()(Connection* borrowed) const noexcept { (void)borrowed->handle_.release(); }
  };
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace oculus::store::sqlite
