#include <fmt/format.h>

#include "config/config_sections.hpp"

namespace oculus::config {
namespace {

using std::chrono::microseconds;
using namespace std::chrono_literals;

std::optional<DatabaseUrl> checked(Result<DatabaseUrl> url, const Place& at, const Sources& sources) {
  auto usable = supported(std::move(url), at);
  if (usable) return std::move(*usable);
  sources.problems.add(std::move(usable.error()));
  return std::nullopt;
}

std::optional<DatabaseUrl> url_in_file(const Settings& database, const Sources& sources) {
  std::string_view key = "dsn";
  if (database.has("url")) {
    if (database.has("dsn"))
      sources.problem("database has both 'dsn' and 'url'", "one of them: they mean the same",
                      database.node("url")->key_place);
    key = "url";
  }
  const auto driver = parse_driver(*database.text("driver"), database.place("driver"));
  if (!driver) {
    sources.problems.add(driver.error());
    return std::nullopt;
  }
  if (*driver != DatabaseUrl::Driver::sqlite) {
    DatabaseUrl of_driver;
    of_driver.driver = *driver;
    return checked(std::move(of_driver), database.place("driver"), sources);
  }

  const Node* const written = database.node(key);
  if (written != nullptr && written->unresolved) return std::nullopt;
  const Place at = database.place(key);
  auto url = parse_database_url(database.text(key).value_or(DatabaseUrl{}.path), at);
  if (!url && written != nullptr && written->expanded())
    url.error().what = fmt::format("database.{} {} is no database", key, describe(*written));
  if (url && url->driver != *driver && database.has("driver")) {
    sources.problem(fmt::format("database.driver is sqlite, but database.{} is of PostgreSQL", key),
                    "a driver and a database of one kind", at);
    return std::nullopt;
  }
  return checked(std::move(url), at, sources);
}

/// From the strongest source that names a database: command line, environment, file.
std::optional<DatabaseUrl> read_url(const Settings& database, const Sources& sources) {
  using Written = std::optional<Sources::Written>;
  const auto option = [](const std::optional<std::string>& text) {
    return text ? Written({*text, kCommandLine}) : Written();
  };
  const std::pair<Written, Written> by_strength[] = {
      {option(sources.overrides.db_url), option(sources.overrides.db_path)},
      {sources.variable("OCULUS_DB_URL"), sources.variable("OCULUS_DB_PATH")}};
  for (const auto& [url, path] : by_strength) {
    if (url && path) {
      sources.problem("both a URL and a path name the database", "one of them", url->place);
      return std::nullopt;
    }
    if (url) return checked(parse_database_url(url->text, url->place), url->place, sources);
    if (path) return checked(database_at_path(path->text, path->place), path->place, sources);
  }
  return url_in_file(database, sources);
}

std::optional<microseconds> read_keep(const Node& node, const std::string& what, const Sources& sources) {
  if (node.unresolved) return std::nullopt;
  if (node.is_scalar() && node.text == "forever") return Retention::kForever;
  const auto length = read_duration(node, what);
  if (!length) {
    sources.problems.add(length.error());
    return std::nullopt;
  }
  if (*length >= 1h) return *length;
  sources.problem(fmt::format("{} is {}", what, describe(node)), "at least 1h, or forever", node.place);
  return std::nullopt;
}

bool is_pattern(std::string_view text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.:*") == std::string_view::npos;
}

// One length for all, or a map of lengths by pattern of symbol, `default` among them.
Retention read_retention(const Settings& database, const Sources& sources) {
  Retention retention = DatabaseConfig{}.retention;
  const Node* const node = database.node("retention");
  if (node == nullptr || node->unresolved) return retention;
  if (node->is_scalar()) {
    if (const auto keep = read_keep(*node, "database.retention", sources)) retention.keep = *keep;
    return retention;
  }
  if (node->kind != Node::Kind::map) {
    sources.problem(fmt::format("database.retention is {}", describe(*node)),
                    R"(a duration of at least 1h, forever, or lengths by symbol: { default: 2y, "net.*": 90d })",
                    node->place);
    return retention;
  }
  for (const auto& [pattern, length] : node->map) {
    const auto keep = read_keep(length, fmt::format("database.retention '{}'", pattern), sources);
    if (!keep) continue;
    if (pattern == "default")
      retention.keep = *keep;
    else if (is_pattern(pattern))
      retention.policies.push_back({pattern, *keep});
    else
      sources.problem(fmt::format("database.retention names '{}'", pattern),
                      "`default`, a symbol, or a pattern of symbols such as net.*", length.key_place);
  }
  return retention;
}

}  // namespace

DatabaseConfig read_database(const Settings& database, const Sources& sources) {
  DatabaseConfig out;
  if (auto url = read_url(database, sources)) out.url = std::move(*url);
  out.channel_capacity = static_cast<std::size_t>(*database.integer("channel_capacity"));
  out.batch_size = static_cast<std::size_t>(*database.integer("batch_size"));
  out.batch_flush_interval = *database.duration("batch_flush_interval");
  out.retention = read_retention(database, sources);
  out.events_retention = *database.duration("events_retention");
  using Synchronous = DatabaseConfig::Synchronous;
  out.synchronous = database.text("synchronous") == "full" ? Synchronous::full : Synchronous::normal;
  out.readers = static_cast<int>(*database.integer("readers"));
  if (out.batch_size > out.channel_capacity)
    sources.problem(
        fmt::format("database.batch_size is {} and channel_capacity {}", out.batch_size, out.channel_capacity),
        "a batch that fits into the channel", database.place("batch_size"));
  return out;
}

}  // namespace oculus::config
