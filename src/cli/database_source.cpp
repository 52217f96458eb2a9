#include "cli/database_source.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "config/database_url.hpp"

namespace oculus::cli {
namespace {

const Place kDatabaseOption{"command line"};

/// Mistakes elsewhere in the configuration keep nobody from reading a database that the command line names.
std::optional<config::DatabaseUrl> wanted(const Source& source, const config::Environment& environment,
                                          config::Problems& problems) {
  const auto& [bind, port, url, path] = source.overrides;
  if (!url && !path) return config::load(source.config_path, environment, source.overrides, problems).database.url;
  if (url && path) {
    problems.add({ErrorKind::invalid, "both --db-url and --db-path name the database", "one of them", kDatabaseOption});
    return std::nullopt;
  }
  auto read =
      path ? config::database_at_path(*path, kDatabaseOption) : config::parse_database_url(*url, kDatabaseOption);
  if (read) return std::move(*read);
  problems.add(std::move(read.error()));
  return std::nullopt;
}

Result<store::Database> open(const config::DatabaseUrl& url) {
  if (url.driver != config::DatabaseUrl::Driver::sqlite)
    return invalid("PostgreSQL is not yet supported: it arrives with a later version",
                   "a database of SQLite, such as data/oculus.db");
  if (url.memory)
    return invalid("a database in memory belongs to the process that made it", "ask it over POST /api/query");
  std::error_code ignored;
  if (!std::filesystem::exists(url.path, ignored))
    return failure(ErrorKind::not_found, fmt::format("there is no database at {}", url.path),
                   "name one with --db-path, or start `oculus serve`, which makes it");
  store::DatabaseSettings settings;
  settings.path = url.path;
  settings.mode = store::DatabaseSettings::Mode::read_only;
  settings.reader_threads = settings.sql_threads = 1;
  return store::open_database(settings);
}

}  // namespace

std::optional<store::Database> open_for_reading(const Source& source, const config::Environment& environment,
                                                const Console& console) {
  config::Problems problems;
  const auto url = wanted(source, environment, problems);
  if (!url || !problems.none()) {
    console.complain_lines(problems.text());
    return std::nullopt;
  }
  auto database = open(*url);
  if (database) return std::move(*database);
  console.complain(database.error().text());
  return std::nullopt;
}

}  // namespace oculus::cli
