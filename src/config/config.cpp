#include "config/config.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "config/address_text.hpp"
#include "config/config_fields.hpp"
#include "config/config_files.hpp"
#include "config/scalar.hpp"
#include "model/duration.hpp"
#include "model/nearest.hpp"

namespace oculus::config {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using namespace std::chrono_literals;

const Place kCommandLine{"command line"};

/// One text and where it came from.
struct Written {
  std::string text;
  Place place;
};

std::optional<Written> variable(const Environment& environment, const std::string& name) {
  const char* value = environment.find(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return Written{value, {name}};
}

LogLevel to_level(std::string_view name) {
  return static_cast<LogLevel>(std::ranges::find(kLogLevels, name) - kLogLevels.begin());
}

class Loader {
 public:
  Loader(const Environment& environment, const Overrides& overrides, Problems& problems)
      : environment_(environment), overrides_(overrides), problems_(problems) {}

  Config load(std::string_view path) {
    const Node root = read_root(path);
    const Settings settings = Settings::read(root, config_fields(), {}, problems_);
    read_server(settings.section("server"));
    read_database(settings.section("database"));
    read_log(settings.section("log"));
    read_egress(settings.section("egress"));
    config_.self.enabled = settings.section("self").flag("enabled");
    config_.self.interval = *settings.section("self").duration("interval");
    read_collectors(settings);
    return std::move(config_);
  }

 private:
  void problem(std::string what, std::string expected, Place at) {
    problems_.add({ErrorKind::invalid, std::move(what), std::move(expected), std::move(at)});
  }

  /// The value of a result; its error becomes a problem.
  template <class T>
  std::optional<T> checked(Result<T> result) {
    if (result) return std::move(*result);
    problems_.add(std::move(result.error()));
    return std::nullopt;
  }

  Node read_root(std::string_view path) {
    std::string file(path);
    Place named_at = kCommandLine;
    if (file.empty()) {
      if (const auto named = variable(environment_, "OCULUS_CONFIG")) {
        file = named->text;
        named_at = named->place;
      }
    }
    if (file.empty()) {
      std::error_code ignored;  // not there and not readable are told apart when it is read
      for (const char* usual : {"oculus.yaml", "oculus.toml"})
        if (file.empty() && fs::exists(usual, ignored)) file = usual;
    }
    if (file.empty()) return {};
    config_.file = file;
    return read_config_file(file, named_at, environment_, problems_);
  }

  void read_server(const Settings& server) {
    ServerConfig& out = config_.server;
    Written bind{*server.text("bind"), server.has("bind") ? server.node("bind")->place : Place{}};
    if (const auto named = variable(environment_, "OCULUS_SERVER_BIND")) bind = *named;
    if (overrides_.bind) bind = {*overrides_.bind, kCommandLine};
    const Node* written = server.node("bind");
    const bool from_variable = written != nullptr && bind.place == written->place && written->expanded();
    if (written != nullptr && written->unresolved && bind.place == written->place) bind.text = out.bind;
    if (is_address(bind.text)) {
      out.bind = bind.text;
    } else {
      problem(fmt::format("{} is no address to bind to", from_variable ? describe(*written) : in_quotes(bind.text)),
              "an IPv4 or IPv6 address, such as 127.0.0.1, 0.0.0.0 or ::1", bind.place);
      bind.text = out.bind;
    }

    out.port = static_cast<std::uint16_t>(*server.integer("port"));
    std::optional<Written> port = variable(environment_, "OCULUS_SERVER_PORT");
    if (overrides_.port) port = Written{*overrides_.port, kCommandLine};
    if (port) {
      if (const auto number = to_integer(port->text); number && *number >= 0 && *number <= 65535) {
        out.port = static_cast<std::uint16_t>(*number);
      } else {
        problem(fmt::format("{} is no port", in_quotes(port->text)), "1 to 65535, or 0 to let the system choose",
                port->place);
      }
    }

    out.token = server.text("token").value_or("");
    if (std::ranges::any_of(out.token, [](char c) { return c <= ' ' || c == 0x7f; }))
      problem("the token of the server holds a blank or a control character",
              "visible characters only: it travels in a header", server.place("token"));
    out.auth_none = server.text("auth") == "none";
    const bool token_pending = server.node("token") != nullptr && server.node("token")->unresolved;
    if (!is_loopback(bind.text) && out.token.empty() && !out.auth_none && !token_pending)
      problem(fmt::format("anybody who reaches {} could use Oculus: there is no token", bind.text),
              "set server.token, or write server.auth: none", bind.place.file.empty() ? server.place() : bind.place);

    out.hosts = server.texts("hosts");
    out.cors = server.texts("cors");
    check_each(server, "cors", is_origin, "an origin, such as https://app.example.com");
    check_each(server, "hosts", is_host, "a host name or address, without scheme and path");
    out.rate_limit = read_rate_limit(server);
    out.shutdown_timeout = *server.duration("shutdown_timeout");
    out.api_env = server.texts("api_env");
    out.head_timeout = *server.duration("head_timeout");
    out.body_limit = static_cast<std::size_t>(*server.integer("body_limit"));
    out.max_connections = static_cast<std::size_t>(*server.integer("max_connections"));
    out.workers = static_cast<int>(*server.integer("workers"));
  }

  std::optional<RateLimit> read_rate_limit(const Settings& server) {
    const Node* node = server.node("rate_limit");
    if (node == nullptr || node->kind == Node::Kind::null) return RateLimit{};
    if (node->is_scalar() && node->text == "off") return std::nullopt;
    if (node->kind != Node::Kind::map) {
      problem(fmt::format("server.rate_limit is {}", describe(*node)), "{ rate: 10, burst: 20 }, or off", node->place);
      return RateLimit{};
    }
    const Settings limit = Settings::read(*node, rate_limit_fields(), "server.rate_limit", problems_);
    return RateLimit{*limit.number("rate"), *limit.number("burst")};
  }

  void check_each(const Settings& settings, std::string_view key, bool (*right)(std::string_view),
                  std::string_view expected) {
    const Node* node = settings.node(key);
    if (node == nullptr) return;
    const auto check = [&](const Node& item) {
      if (item.is_scalar() && !item.unresolved && !right(item.text))
        problem(fmt::format("'{}': {} is not right", key, describe(item)), std::string(expected), item.place);
    };
    check(*node);
    std::ranges::for_each(node->items, check);
  }

  void read_database(const Settings& database) {
    DatabaseConfig& out = config_.database;
    if (auto url = database_url(database)) out.url = std::move(*url);
    out.channel_capacity = static_cast<std::size_t>(*database.integer("channel_capacity"));
    out.batch_size = static_cast<std::size_t>(*database.integer("batch_size"));
    out.batch_flush_interval = *database.duration("batch_flush_interval");
    out.events_retention = *database.duration("events_retention");
    out.synchronous = database.text("synchronous") == "full" ? DatabaseConfig::Synchronous::full
                                                             : DatabaseConfig::Synchronous::normal;
    out.readers = static_cast<int>(*database.integer("readers"));
    read_retention(database);
    if (out.batch_size > out.channel_capacity)
      problem(fmt::format("database.batch_size is {} and channel_capacity {}", out.batch_size, out.channel_capacity),
              "a batch that fits into the channel", database.place("batch_size"));
  }

  /// One length for all, or a map of lengths by pattern of symbol, `default` among them.
  void read_retention(const Settings& database) {
    const Node* node = database.node("retention");
    if (node == nullptr || node->unresolved) return;
    Retention& retention = config_.database.retention;
    if (node->is_scalar()) {
      if (const auto keep = read_keep(*node, "database.retention")) retention.keep = *keep;
      return;
    }
    if (node->kind != Node::Kind::map)
      return problem(fmt::format("database.retention is {}", describe(*node)),
                     R"(a duration of at least 1h, forever, or lengths by symbol: { default: 2y, "net.*": 90d })",
                     node->place);
    for (const auto& [pattern, length] : node->map) {
      const auto keep = read_keep(length, fmt::format("database.retention '{}'", pattern));
      if (!keep) continue;
      if (pattern == "default")
        retention.keep = *keep;
      else if (is_pattern(pattern))
        retention.policies.push_back({pattern, *keep});
      else
        problem(fmt::format("database.retention names '{}'", pattern),
                "`default`, a symbol, or a pattern of symbols such as net.*", length.key_place);
    }
  }

  std::optional<std::chrono::microseconds> read_keep(const Node& node, const std::string& what) {
    if (node.unresolved) return std::nullopt;
    if (node.is_scalar() && node.text == "forever") return Retention::kForever;
    const auto length = checked(read_duration(node, what));
    if (!length) return std::nullopt;
    if (*length >= 1h) return *length;
    problem(fmt::format("{} is {}", what, describe(node)), "at least 1h, or forever", node.place);
    return std::nullopt;
  }

  static bool is_pattern(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.:*") == std::string_view::npos;
  }

  /// From the strongest source that names a database: command line, environment, file.
  std::optional<DatabaseUrl> database_url(const Settings& database) {
    const auto override_url = [](const std::optional<std::string>& text) {
      return text ? std::optional(Written{*text, kCommandLine}) : std::nullopt;
    };
    const std::pair<std::optional<Written>, std::optional<Written>> sources[] = {
        {override_url(overrides_.db_url), override_url(overrides_.db_path)},
        {variable(environment_, "OCULUS_DB_URL"), variable(environment_, "OCULUS_DB_PATH")}};
    for (const auto& [url, path] : sources) {
      if (!url && !path) continue;
      if (url && path) {
        problem("both a URL and a path name the database", "one of them", url->place);
        return std::nullopt;
      }
      return supported(
          checked(path ? database_at_path(path->text, path->place) : parse_database_url(url->text, url->place)),
          url ? url->place : path->place);
    }
    return url_in_file(database);
  }

  std::optional<DatabaseUrl> url_in_file(const Settings& database) {
    std::string_view key = "dsn";
    if (database.has("url")) {
      if (database.has("dsn"))
        problem("database has both 'dsn' and 'url'", "one of them: they mean the same",
                database.node("url")->key_place);
      key = "url";
    }
    const auto driver = checked(parse_driver(database.text("driver").value_or("sqlite"), database.place("driver")));
    if (!driver) return std::nullopt;
    if (database.has("driver") && *driver == DatabaseUrl::Driver::postgresql) {
      DatabaseUrl server;
      server.driver = *driver;
      return supported(std::move(server), database.place("driver"));
    }
    const Place at = database.place(key);
    Result<DatabaseUrl> url = parse_database_url(database.text(key).value_or("data/oculus.db"), at);
    const Node* written = database.node(key);
    if (written != nullptr && written->unresolved) return std::nullopt;
    if (!url && written != nullptr && written->expanded())
      url.error().what = fmt::format("database.{} {} is no database", key, describe(*written));
    auto usable = checked(std::move(url));
    if (usable && usable->driver == DatabaseUrl::Driver::postgresql && database.has("driver")) {
      problem(fmt::format("database.driver is sqlite, but database.{} is of PostgreSQL", key),
              "a driver and a database of one kind", at);
      return std::nullopt;
    }
    return supported(std::move(usable), at);
  }

  std::optional<DatabaseUrl> supported(std::optional<DatabaseUrl> url, const Place& at) {
    if (!url || url->driver == DatabaseUrl::Driver::sqlite) return url;
    problem("PostgreSQL is not yet supported: it arrives with a later version",
            "a database of SQLite, such as data/oculus.db", at);
    return std::nullopt;
  }

  void read_log(const Settings& log) {
    LogConfig& out = config_.log;
    out.level = to_level(*log.text("level"));
    out.file = log.text("file").value_or("");
    out.keep_days = static_cast<int>(*log.integer("keep_days"));
    if (const Node* parts = log.node("parts")) {
      for (const auto& [part, level] : parts->map) {
        if (!level.is_scalar() || level.unresolved) continue;
        if (std::ranges::find(kLogLevels, level.text) == kLogLevels.end()) {
          problem(fmt::format("{} is no log level", describe(level)),
                  fmt::format("one of {}", fmt::join(kLogLevels, ", ")), level.place);
        } else if (std::ranges::find(kLogParts, part) == kLogParts.end()) {
          problem(fmt::format("{} is no part of Oculus", in_quotes(part)),
                  fmt::format("one of {}", fmt::join(kLogParts, ", ")), level.key_place);
        } else {
          out.parts.emplace_back(part, to_level(level.text));
        }
      }
    }
    if (const auto filter = variable(environment_, "OCULUS_LOG"))
      if (auto laid_over = checked(parse_log_filter(filter->text, out, filter->place))) out = std::move(*laid_over);
  }

  void read_egress(const Settings& egress) {
    config_.egress = {egress.texts("allow"), egress.texts("deny")};
    for (const char* key : {"allow", "deny"})
      check_each(egress, key, is_network, "an address or network, such as 192.0.2.7 or 192.0.2.0/24");
  }

  void read_collectors(const Settings& settings) {
    config_.defaults = read_defaults(settings.node("defaults"), problems_);
    CollectorEntries entries(config_.defaults, problems_);
    if (const Node* written = settings.node("collectors")) entries.add(*written);
    const auto include = settings.text("collector_include");
    if (include && !include->empty() && !settings.node("collector_include")->unresolved) {
      const fs::path directory = fs::path(config_.file).parent_path() / *include;
      config_.include_directory = directory.string();
      const Node& named = *settings.node("collector_include");
      for (const Node& file : read_config_directory(config_.include_directory, named, environment_, problems_))
        entries.add(file);
    }
    config_.collectors = entries.take();
  }

  const Environment& environment_;
  const Overrides& overrides_;
  Problems& problems_;
  Config config_;
};

}  // namespace

Result<LogConfig> parse_log_filter(std::string_view text, LogConfig base, const Place& at) {
  while (!text.empty()) {
    const std::string_view rule = text.substr(0, text.find(','));
    text.remove_prefix(std::min(rule.size() + 1, text.size()));
    const std::size_t sign = rule.find('=');
    const std::string_view part = sign == std::string_view::npos ? std::string_view() : rule.substr(0, sign);
    const std::string_view level = sign == std::string_view::npos ? rule : rule.substr(sign + 1);
    if (std::ranges::find(kLogLevels, level) == kLogLevels.end())
      return invalid(fmt::format("{} is no log level", in_quotes(level)),
                     fmt::format("one of {}", fmt::join(kLogLevels, ", ")), at);
    if (sign == std::string_view::npos) {
      base.level = to_level(level);
      continue;
    }
    if (std::ranges::find(kLogParts, part) == kLogParts.end())
      return invalid(fmt::format("{} is no part of Oculus", in_quotes(part)),
                     fmt::format("one of {}", fmt::join(kLogParts, ", ")), at);
    std::erase_if(base.parts, [&](const auto& earlier) { return earlier.first == part; });
    base.parts.emplace_back(part, to_level(level));
  }
  return base;
}

Config load(std::string_view path, const Environment& environment, const Overrides& overrides, Problems& problems) {
  return Loader(environment, overrides, problems).load(path);
}

}  // namespace oculus::config
