#include "store/sqlite/sql_sandbox.hpp"

#include <fmt/format.h>

#include <utility>

#include "store/sqlite/bounded_functions.hpp"
#include "store/sqlite/functions.hpp"
#include "store/sqlite/sandbox_rules.hpp"

namespace oculus::store::sqlite {
namespace {

constexpr std::size_t kMostText = 1u << 20;
// Temporary tables and sorts live in memory under a quota, so that a query can neither fill the disk that the values
// need nor leave files behind. SQLite's own heap limits are per process and would hit the writer as well; this one ends
// the statement alone.
constexpr std::int64_t kMostMemory = 64 << 20;
constexpr std::string_view kOneSelect =
    "one SELECT over metric_series, metric_values, metrics, events, collectors, schema_version";

// A text counts once for each step of SQLite's machine, so the limits are small multiples of what people write.
constexpr std::pair<int, int> kLimits[] = {
    {SQLITE_LIMIT_LENGTH, 1 << 20},
    {SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(kMostText)},
    {SQLITE_LIMIT_COLUMN, 100},
    {SQLITE_LIMIT_EXPR_DEPTH, 100},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},
    {SQLITE_LIMIT_VDBE_OP, 25'000},
    {SQLITE_LIMIT_FUNCTION_ARG, 16},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1 << 10},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 0},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

Cell cell_of(const Statement& row, int column) {
  switch (sqlite3_column_type(row.handle(), column)) {
    case SQLITE_INTEGER:
      return row.integer(column);
    case SQLITE_FLOAT:
      return row.real(column);
    case SQLITE_NULL:
      return nullptr;
    default:
      return row.text(column);
  }
}

std::size_t bytes_of(const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? sizeof(double) : text->size() + 2;
}

void bind(Statement& statement, int index, const Cell& cell) {
  std::visit(
      [&](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::nullptr_t>)
          statement.bind(index, std::nullopt);
        else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
          statement.bind(index, std::string_view(value));
        else
          statement.bind(index, value);
      },
      cell);
}

std::unexpected<Error> too_long(const SqlQuery& query) {
  return failure(ErrorKind::timed_out, fmt::format("the query was not done within {} ms", query.time_limit.count()),
                 "ask for a shorter range or fewer series");
}

}  // namespace

int SqlSandbox::spent(void* budget) noexcept {
  const auto& left = *static_cast<const Budget*>(budget);
  return Clock::now() >= left.deadline || sqlite3_memory_used() > left.most_memory ? 1 : 0;
}

Result<> SqlSandbox::open() {
  if (db_) return {};
  auto db = Connection::open(path_, Connection::Mode::read_only);
  if (!db) return std::unexpected(db.error());
  if (auto done = db->execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY"); !done) return done;
  if (auto done = add_functions(*db); !done) return done;
  if (auto done = add_bounded_functions(*db); !done) return done;
  if (auto done = add_value_relations(*db, shared_, &own_work_); !done) return done;
  for (const auto& [which, value] : kLimits) sqlite3_limit(db->handle(), which, value);
  for (const auto& [what, on] : {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                 {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                                 {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                 {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                 {SQLITE_DBCONFIG_DQS_DML, 0}})
    sqlite3_db_config(db->handle(), what, on, nullptr);
  // Table-valued functions are set up on first use, by statements that the authorizer would refuse.
  if (auto ready = db->ask("SELECT count(*) FROM json_each('[]'), json_tree('[]')"); !ready)
    return std::unexpected(ready.error());
  sqlite3_set_authorizer(db->handle(), authorize_people, &own_work_);
  db_ = std::move(*db);
  return {};
}

Result<SqlTable> SqlSandbox::run(const SqlQuery& query, Deadline deadline) {
  if (query.text.size() > kMostText)
    return invalid(fmt::format("the query has {} bytes", query.text.size()), fmt::format("at most {}", kMostText));
  if (query.text.find('\0') != std::string::npos) return invalid("the query holds a zero byte", kOneSelect);
  if (const std::string_view hidden = hidden_name_in(query.text); !hidden.empty())
    return invalid(fmt::format("not allowed: {} is not public", hidden), kOneSelect);
  if (Clock::now() >= deadline) return too_long(query);
  if (auto opened = open(); !opened) return std::unexpected(opened.error());

  budget_ = {deadline, sqlite3_memory_used() + kMostMemory};
  // One step of the machine may handle a text of 1 MB: few of them go unasked.
  constexpr int kSteps = 50;
  sqlite3_progress_handler(db_->handle(), kSteps, &SqlSandbox::spent, &budget_);
  Result<SqlTable> table = [&]() -> Result<SqlTable> {
    auto statement = prepare(query);
    if (!statement) return std::unexpected(statement.error());
    return rows(*statement, query);
  }();
  sqlite3_progress_handler(db_->handle(), 0, nullptr, nullptr);
  if (!table && (table.error().kind == ErrorKind::database || table.error().kind == ErrorKind::unavailable))
    db_.reset();  // opened anew by the next query
  return table;
}

Result<Statement> SqlSandbox::prepare(const SqlQuery& query) {
  const auto compile = [&](std::string_view text, sqlite3_stmt*& handle, const char*& tail) {
    return sqlite3_prepare_v2(db_->handle(), text.data(), static_cast<int>(text.size()), &handle, &tail);
  };
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int code = compile(query.text, handle, tail);
  Statement statement(db_->handle(), handle);
  if (code != SQLITE_OK) return refused(query);
  if (handle == nullptr) return invalid("the query is empty", kOneSelect);

  const std::string_view rest(tail, static_cast<std::size_t>(query.text.data() + query.text.size() - tail));
  sqlite3_stmt* more = nullptr;
  const int second = compile(rest, more, tail);  // blanks and comments compile to nothing
  sqlite3_finalize(more);
  if (second != SQLITE_OK || more != nullptr) return invalid("there is more than one statement", kOneSelect);

  if (sqlite3_stmt_isexplain(handle) != 0) return invalid("EXPLAIN is not allowed", kOneSelect);
  if (sqlite3_stmt_readonly(handle) == 0 || sqlite3_column_count(handle) == 0)
    return invalid("the statement is not a query", kOneSelect);
  if (const int wanted = sqlite3_bind_parameter_count(handle); wanted != static_cast<int>(query.parameters.size()))
    return invalid(fmt::format("the query has {} parameters, {} came", wanted, query.parameters.size()),
                   "one value for each ?");
  for (std::size_t i = 0; i < query.parameters.size(); ++i)
    bind(statement, static_cast<int>(i) + 1, query.parameters[i]);
  return statement;
}

Result<SqlTable> SqlSandbox::rows(Statement& statement, const SqlQuery& query) {
  SqlTable table;
  const int columns = sqlite3_column_count(statement.handle());
  for (int i = 0; i < columns; ++i) table.columns.emplace_back(sqlite3_column_name(statement.handle(), i));
  std::size_t bytes = 0;
  for (;;) {
    const auto more = statement.step();
    if (!more) return refused(query);
    if (!*more) return table;
    table.truncated = table.rows.size() >= query.most_rows;
    std::vector<Cell> row;
    for (int i = 0; i < columns && !table.truncated; ++i) {
      bytes += bytes_of(row.emplace_back(cell_of(statement, i)));
      table.truncated = bytes > query.most_bytes;
    }
    if (table.truncated) return table;
    table.rows.push_back(std::move(row));
  }
}

std::unexpected<Error> SqlSandbox::refused(const SqlQuery& query) {
  const int code = sqlite3_errcode(db_->handle()) & 0xff;
  const std::string text = sqlite3_errmsg(db_->handle());
  switch (code) {
    case SQLITE_INTERRUPT:
      if (Clock::now() >= budget_.deadline) return too_long(query);
      return invalid(fmt::format("the query needs more than {} MB of memory", kMostMemory >> 20),
                     "ask for a shorter range or fewer columns");
    case SQLITE_AUTH:
      return invalid(fmt::format("not allowed: {}", text), kOneSelect);
    case SQLITE_ERROR:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_NOMEM:  // more steps than the limit: SQLite has no other word for it
      return invalid(fmt::format("the query is wrong: {}", text));
    default:
      return std::unexpected(error_of(db_->handle(), "the query failed"));
  }
}

}  // namespace oculus::store::sqlite
