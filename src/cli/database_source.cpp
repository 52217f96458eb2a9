#include "cli/database_source.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "config/database_url.hpp"

namespace oculus::cli {
namespace {

using config::kCommandLine;

/// Where the command line names a database, the configuration is not even read.
std::optional<config::DatabaseUrl> wanted(const Source& source, const config::Environment& environment,
                                          config::Problems& problems) {
  const auto& url = source.overrides.db_url;
  const auto& path = source.overrides.db_path;
  if (!url && !path) return config::load_database_url(source.config_path, environment, source.overrides, problems);
  if (url && path) {
    problems.add({ErrorKind::invalid, "both --db-url and --db-path name the database", "one of them", kCommandLine});
    return std::nullopt;
  }
  auto read = config::supported(
      path ? config::database_at_path(*path, kCommandLine) : config::parse_database_url(*url, kCommandLine),
      kCommandLine);
  if (read) return std::move(*read);
  problems.add(std::move(read.error()));
  return std::nullopt;
}

Result<store::Database> open(const config::DatabaseUrl& url) {
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
