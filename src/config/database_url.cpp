#include "config/database_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/problems.hpp"
#include "model/nearest.hpp"

namespace oculus::config {
namespace {

constexpr std::string_view kDatabaseForms =
    "a path, sqlite:PATH, sqlite:PATH?mode=rwc|rw|ro, sqlite::memory: or postgres://…";

Result<DatabaseUrl> sqlite_url(std::string_view rest, const Place& at) {
  DatabaseUrl url;
  const std::size_t question = rest.find('?');
  std::string_view path = rest.substr(0, question);
  if (path.starts_with("//"))
    path.remove_prefix(2);  // sqlite://data.db and sqlite:///var/lib/data.db, as others write it
  std::string_view query = question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::string_view key = pair.substr(0, pair.find('='));
    const std::string_view value = key.size() < pair.size() ? pair.substr(key.size() + 1) : std::string_view();
    if (key != "mode")
      return invalid(fmt::format("the database URL has an unknown parameter {}", in_quotes(key)), "mode=rwc, rw or ro",
                     at);
    if (value == "rwc")
      url.mode = DatabaseUrl::Mode::create;
    else if (value == "rw")
      url.mode = DatabaseUrl::Mode::read_write;
    else if (value == "ro")
      url.mode = DatabaseUrl::Mode::read_only;
    else
      return invalid(fmt::format("the database URL has mode={}", in_quotes(value)),
                     "rwc (make it if missing), rw or ro", at);
  }
  auto located = database_at_path(path, at);
  if (!located) return located;
  url.path = std::move(located->path);
  url.memory = located->memory;
  return url;
}

bool is_scheme(std::string_view text) {
  return text.size() > 1 &&
         std::ranges::all_of(text, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+'; });
}

}  // namespace

Result<DatabaseUrl> database_at_path(std::string_view path, const Place& at) {
  DatabaseUrl url;
  if (path.empty()) return invalid("the path of the database is empty", kDatabaseForms, at);
  if (path.find('\0') != std::string_view::npos)
    return invalid("the path of the database holds a zero byte", kDatabaseForms, at);
  if (path.size() > 4000)
    return invalid(fmt::format("the path of the database has {} bytes", path.size()), "at most 4000", at);
  url.memory = path == ":memory:";
  url.path = url.memory ? std::string() : std::string(path);
  return url;
}

Result<DatabaseUrl> parse_database_url(std::string_view text, const Place& at) {
  if (text == ":memory:") return database_at_path(text, at);
  const std::size_t colon = text.find(':');
  const std::string_view scheme = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (scheme == "sqlite") return sqlite_url(text.substr(colon + 1), at);
  const bool has_authority = text.substr(std::min(scheme.size(), text.size())).starts_with("://");
  if (has_authority && is_scheme(scheme)) {
    if (scheme != "postgres" && scheme != "postgresql")
      return invalid(fmt::format("{} is no known kind of database", in_quotes(scheme)), kDatabaseForms, at);
    DatabaseUrl url;
    url.driver = DatabaseUrl::Driver::postgresql;
    url.path.clear();
    url.server = std::string(text);
    return url;
  }
  return database_at_path(text, at);
}

Result<DatabaseUrl> supported(Result<DatabaseUrl> url, const Place& at) {
  if (!url || url->driver == DatabaseUrl::Driver::sqlite) return url;
  return invalid("PostgreSQL is not yet supported: it arrives with a later version",
                 "a database of SQLite, such as data/oculus.db", at);
}

Result<DatabaseUrl::Driver> parse_driver(std::string_view text, const Place& at) {
  if (text == "sqlite") return DatabaseUrl::Driver::sqlite;
  if (text == "postgresql" || text == "postgres" || text == "pg") return DatabaseUrl::Driver::postgresql;
  constexpr std::array<std::string_view, 2> kDrivers = {"sqlite", "postgresql"};
  const auto near = nearest(text, kDrivers);
  return invalid(
      fmt::format("{} is no known database driver", in_quotes(text)),
      near ? fmt::format("the nearest known driver is {}", *near) : "sqlite or postgresql (also pg, postgres)", at);
}

}  // namespace oculus::config
