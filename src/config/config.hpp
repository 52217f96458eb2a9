// The whole configuration: file, environment and command line made into typed, checked settings. Plain values; any
// thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/collector_entries.hpp"
#include "config/database_url.hpp"
#include "config/node.hpp"
#include "config/settings.hpp"
#include "model/retention.hpp"

namespace oculus::config {

struct RateLimit {
  double rate = 10;   // requests a second
  double burst = 20;  // requests at once

  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

struct ServerConfig {
  std::string bind = "127.0.0.1";  // an address
  std::uint16_t port = 8080;       // 0 (command line and environment only): the kernel chooses
  std::string token;               // empty: none
  bool auth_none = false;          // `auth: none` written out
  std::vector<std::string> hosts;
  std::vector<std::string> cors;
  std::optional<RateLimit> rate_limit = RateLimit{};
  std::chrono::microseconds shutdown_timeout = std::chrono::seconds(15);
  std::vector<std::string> api_env;  // variables that may be named in what comes over the API
  std::chrono::microseconds head_timeout = std::chrono::seconds(10);
  std::size_t body_limit = 8U << 20;  // bytes
  std::size_t max_connections = 1000;

  friend bool operator==(const ServerConfig&, const ServerConfig&) = default;
};

struct DatabaseConfig {
  enum class Synchronous { normal, full };

  DatabaseUrl url;
  std::size_t channel_capacity = 10'000;
  std::size_t batch_size = 500;
  std::chrono::microseconds batch_flush_interval = std::chrono::seconds(1);
  Retention retention{.keep = 2 * std::chrono::days(365)};
  std::chrono::microseconds events_retention = std::chrono::days(90);
  Synchronous synchronous = Synchronous::normal;
  int readers = 2;

  friend bool operator==(const DatabaseConfig&, const DatabaseConfig&) = default;
};

enum class LogLevel { trace, debug, info, warn, error, off };

struct LogConfig {
  LogLevel level = LogLevel::info;
  std::string file;  // empty: standard error
  int keep_days = 14;
  std::vector<std::pair<std::string, LogLevel>> parts;  // by name of the part: net, store, …

  friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

/// Networks as CIDR or single addresses, checked.
struct EgressConfig {
  std::vector<std::string> allow;
  std::vector<std::string> deny;

  friend bool operator==(const EgressConfig&, const EgressConfig&) = default;
};

struct SelfConfig {
  bool enabled = true;
  std::chrono::microseconds interval = std::chrono::seconds(10);

  friend bool operator==(const SelfConfig&, const SelfConfig&) = default;
};

struct Config {
  std::string file;               // that was read; empty: none
  std::string include_directory;  // of collectors; empty: none
  ServerConfig server;
  DatabaseConfig database;
  LogConfig log;
  EgressConfig egress;
  SelfConfig self;
  std::vector<std::pair<std::string, Node>> defaults;  // by type; the collectors have them already
  std::vector<CollectorEntry> collectors;  // in the order of the files; the kind's own keys are not yet checked
};

/// The place of what stands there, in messages.
inline const Place kCommandLine{"command line"};
/// The files that are looked for when none is named; the first that is there counts.
inline constexpr std::array<const char*, 2> kUsualFiles = {"oculus.yaml", "oculus.toml"};

/// What the command line says, as it was written.
struct Overrides {
  std::optional<std::string> bind, port, db_url, db_path;
  std::string reread = {};  // at a reload: the file that was found before, which has to be there still
};

/// Reads `path` (when empty: OCULUS_CONFIG, else oculus.yaml or oculus.toml, which may be missing) and its
/// collector_include, and lays environment and command line over it. All mistakes go to `problems`; what they touch has
/// its default.
Config load(std::string_view path, const Environment& environment, const Overrides& overrides, Problems& problems);

/// The database alone, from the same sources: mistakes in other sections keep nobody from reading what is stored.
DatabaseUrl load_database_url(std::string_view path, const Environment& environment, const Overrides& overrides,
                              Problems& problems);

/// The keys of the file, for docs and messages.
std::span<const Field> config_fields();

/// `info`, `debug,net=trace`, as OCULUS_LOG holds it, laid over `base`.
Result<LogConfig> parse_log_filter(std::string_view text, LogConfig base, const Place& at = {});

}  // namespace oculus::config
