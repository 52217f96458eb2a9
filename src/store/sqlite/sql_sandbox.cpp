#include "store/sqlite/sql_sandbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "store/sqlite/functions.hpp"

namespace oculus::store::sqlite {
namespace {

constexpr std::array<std::string_view, 6> kPublicRelations = {"metric_series", "metric_values", "metrics",
                                                              "events",        "collectors",    "schema_version"};
// What the views stand on: readable through them only.
constexpr std::array<std::string_view, 2> kBehindViews = {"value_rows", "collector_rows"};
// Functions that reach outside the statement or take memory beyond its limits.
constexpr std::array<std::string_view, 4> kRefusedFunctions = {"load_extension", "fts3_tokenizer", "readfile",
                                                               "writefile"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, const char* name) {
  return name != nullptr && std::find(names.begin(), names.end(), std::string_view(name)) != names.end();
}

int authorize(void*, int action, const char* first, const char* second, const char*, const char* view) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ:
      if (among(kPublicRelations, first)) return SQLITE_OK;
      if (among(kBehindViews, first) && among(kPublicRelations, view)) return SQLITE_OK;
      return SQLITE_DENY;
    case SQLITE_FUNCTION:
      return among(kRefusedFunctions, second) ? SQLITE_DENY : SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

int past_deadline(void* deadline) { return Clock::now() >= *static_cast<const Deadline*>(deadline) ? 1 : 0; }

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

}  // namespace

Result<> SqlSandbox::open() {
  if (db_) return {};
  auto db = Connection::open(path_, Connection::Mode::read_only);
  if (!db) return std::unexpected(db.error());
  // The schema stays trusted: the view `metrics` joins tags with json_patch(), which SQLite 3.40 does not count among
  // the harmless functions. What a view calls passes the authorizer like what people write.
  if (auto done = db->execute("PRAGMA query_only = ON; PRAGMA busy_timeout = 1000; PRAGMA temp_store = MEMORY"); !done)
    return done;
  if (auto done = add_functions(*db); !done) return done;
  sqlite3_limit(db->handle(), SQLITE_LIMIT_LENGTH, 1 << 20);
  sqlite3_limit(db->handle(), SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
  sqlite3_limit(db->handle(), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1 << 10);
  sqlite3_limit(db->handle(), SQLITE_LIMIT_EXPR_DEPTH, 100);
  sqlite3_limit(db->handle(), SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db->handle(), SQLITE_LIMIT_WORKER_THREADS, 0);
  sqlite3_set_authorizer(db->handle(), authorize, nullptr);
  db_ = std::move(*db);
  return {};
}

Result<SqlTable> SqlSandbox::run(const SqlQuery& query, Deadline deadline) {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  const auto too_long = [&] {
    return failure(ErrorKind::timed_out, fmt::format("the query was not done within {} ms", query.time_limit.count()),
                   "ask for a shorter range or fewer series");
  };
  if (Clock::now() >= deadline) return too_long();
  sqlite3_progress_handler(db_->handle(), 1000, past_deadline, &deadline);

  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int code =
      sqlite3_prepare_v2(db_->handle(), query.text.data(), static_cast<int>(query.text.size()), &handle, &tail);
  Statement statement(db_->handle(), handle);
  if (code == SQLITE_AUTH)
    return invalid(fmt::format("not allowed: {}", sqlite3_errmsg(db_->handle())),
                   "one SELECT over metric_series, metric_values, metrics, events, collectors, schema_version");
  if (code != SQLITE_OK) return invalid(fmt::format("the query is wrong: {}", sqlite3_errmsg(db_->handle())));
  if (handle == nullptr) return invalid("the query is empty", "one SELECT statement");
  const std::string_view rest(tail, query.text.data() + query.text.size());
  if (rest.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return invalid("there is more than one statement", "one SELECT statement");
  if (sqlite3_stmt_readonly(handle) == 0) return invalid("the statement writes", "one SELECT statement");
  if (const int wanted = sqlite3_bind_parameter_count(handle); wanted != static_cast<int>(query.parameters.size()))
    return invalid(fmt::format("the query has {} parameters, {} came", wanted, query.parameters.size()),
                   "one value for each ?");
  for (std::size_t i = 0; i < query.parameters.size(); ++i)
    bind(statement, static_cast<int>(i) + 1, query.parameters[i]);

  SqlTable table;
  const int columns = sqlite3_column_count(handle);
  for (int i = 0; i < columns; ++i) table.columns.emplace_back(sqlite3_column_name(handle, i));
  std::size_t bytes = 0;
  for (;;) {
    const auto more = statement.step();
    if (!more) {
      if (Clock::now() >= deadline) return too_long();
      return invalid(more.error().what);
    }
    if (!*more) return table;
    std::vector<Cell> row;
    for (int i = 0; i < columns; ++i) bytes += bytes_of(row.emplace_back(cell_of(statement, i)));
    if (table.rows.size() == query.most_rows || bytes > query.most_bytes) {
      table.truncated = true;
      return table;
    }
    table.rows.push_back(std::move(row));
  }
}

}  // namespace oculus::store::sqlite
