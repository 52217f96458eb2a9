#include "config/config_fields.hpp"

#include "config/config.hpp"

namespace oculus::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 2> kAuth = {"token", "none"};
constexpr std::array<std::string_view, 2> kSynchronous = {"normal", "full"};

constexpr Field kRateLimit[] = {
    {.key = "rate",
     .type = FieldType::number,
     .help = "requests a second for each client address",
     .fallback = "10",
     .least = 0.01,
     .most = 1e6},
    {.key = "burst", .type = FieldType::number, .help = "requests at once", .fallback = "20", .least = 1, .most = 1e6},
};

constexpr Field kServer[] = {
    {.key = "bind", .help = "address to listen on; one that is not loopback needs a token", .fallback = "127.0.0.1"},
    {.key = "port", .type = FieldType::port, .help = "port to listen on", .fallback = "8080"},
    {.key = "token", .type = FieldType::secret, .help = "what clients send as `Authorization: Bearer …`; empty: none"},
    {.key = "auth",
     .type = FieldType::choice,
     .help = "`none`: no token is wanted, even on a public address",
     .fallback = "token",
     .choices = kAuth},
    {.key = "hosts", .type = FieldType::texts, .help = "further host names under which it is reached"},
    {.key = "cors",
     .type = FieldType::texts,
     .help = "origins that may read answers, such as `https://app.example.com`"},
    {.key = "rate_limit",
     .type = FieldType::any,
     .help = "token bucket over `/api/`: `{ rate, burst }`, or `off`",
     .fields = kRateLimit},
    {.key = "shutdown_timeout",
     .type = FieldType::duration,
     .help = "longest time to end in",
     .fallback = "15s",
     .shortest = 1s,
     .longest = 1h},
    {.key = "api_env",
     .type = FieldType::texts,
     .help = "variables that collectors made over the API may name as `${NAME}`"},
    {.key = "head_timeout",
     .type = FieldType::duration,
     .help = "time for the head of a request",
     .fallback = "10s",
     .shortest = 100ms,
     .longest = 10min},
    {.key = "body_limit",
     .type = FieldType::integer,
     .help = "largest body of a request, in bytes",
     .fallback = "8388608",
     .least = 1024,
     .most = 1 << 30},
    {.key = "max_connections",
     .type = FieldType::integer,
     .help = "connections at once",
     .fallback = "1000",
     .least = 1,
     .most = 1'000'000},
    {.key = "workers",
     .type = FieldType::integer,
     .help = "threads for long parsing and rendering",
     .fallback = "2",
     .least = 1,
     .most = 64},
};

constexpr Field kDatabase[] = {
    {.key = "driver", .help = "`sqlite`", .fallback = "sqlite"},
    {.key = "dsn",
     .help = "a path, `sqlite:PATH`, `sqlite:PATH?mode=rwc|rw|ro`, `sqlite::memory:`",
     .fallback = "data/oculus.db"},
    {.key = "url", .help = "another name of `dsn`"},
    {.key = "channel_capacity",
     .type = FieldType::integer,
     .help = "values that may wait for the writer",
     .fallback = "10000",
     .least = 1,
     .most = 10'000'000},
    {.key = "batch_size",
     .type = FieldType::integer,
     .help = "values written in one transaction",
     .fallback = "500",
     .least = 1,
     .most = 1'000'000},
    {.key = "batch_flush_interval",
     .type = FieldType::duration,
     .help = "longest time a value waits to be written",
     .fallback = "1s",
     .shortest = 1ms,
     .longest = 1h},
    {.key = "retention",
     .type = FieldType::any,
     .help = "how long values are kept: a duration of at least 1h, `forever`, or a map of them by pattern of symbol: "
             "`{ default: 2y, \"net.*\": 90d }`; the longest pattern that matches wins",
     .fallback = "2y"},
    {.key = "events_retention",
     .type = FieldType::duration,
     .help = "how long events, resolved alerts and finished notifications are kept",
     .fallback = "90d",
     .shortest = 1h},
    {.key = "synchronous",
     .type = FieldType::choice,
     .help = "`full`: a power cut costs no commit, and writing is slower",
     .fallback = "normal",
     .choices = kSynchronous},
    {.key = "readers", .type = FieldType::integer, .help = "reader threads", .fallback = "2", .least = 1, .most = 64},
};

constexpr Field kLog[] = {
    {.key = "level",
     .type = FieldType::choice,
     .help = "the least level that is written",
     .fallback = "info",
     .choices = kLogLevels},
    {.key = "file", .help = "written to and rotated daily; without it, standard error"},
    {.key = "keep_days",
     .type = FieldType::integer,
     .help = "days of log files that are kept",
     .fallback = "14",
     .least = 1,
     .most = 3650},
    {.key = "parts", .type = FieldType::text_map, .help = "levels of single parts, as in `{ net: debug }`"},
};

constexpr Field kEgress[] = {
    {.key = "allow",
     .type = FieldType::texts,
     .help = "networks that may be reached although they are link-local or of a cloud's metadata"},
    {.key = "deny", .type = FieldType::texts, .help = "networks that may not be reached, as in `10.0.0.0/8`"},
};

constexpr Field kSelf[] = {
    {.key = "enabled",
     .type = FieldType::boolean,
     .help = "whether Oculus records its own values, `oculus.*`",
     .fallback = "true"},
    {.key = "interval",
     .type = FieldType::duration,
     .help = "how often",
     .fallback = "10s",
     .shortest = 1s,
     .longest = 720h},
};

constexpr std::string_view kRulesLater = "not yet supported: rules arrive with a later version";
constexpr std::string_view kDerivedLater = "not yet supported: derived values arrive with a later version";
constexpr std::string_view kNotificationsLater = "not yet supported: notifications arrive with a later version";

constexpr Field kRoot[] = {
    {.key = "server",
     .type = FieldType::section,
     .help = "the web server; a change needs a restart",
     .fields = kServer},
    {.key = "database",
     .type = FieldType::section,
     .help = "where values are kept; a change needs a restart",
     .fields = kDatabase},
    {.key = "log", .type = FieldType::section, .help = "what is logged, and where", .fields = kLog},
    {.key = "egress", .type = FieldType::section, .help = "which addresses may be reached", .fields = kEgress},
    {.key = "self", .type = FieldType::section, .help = "Oculus' own values", .fields = kSelf},
    {.key = "collector_include",
     .help = "a directory of files (`*.yaml`, `*.yml`, `*.toml`) that look like the key `collectors`; relative to this "
             "file"},
    {.key = "defaults",
     .type = FieldType::any,
     .help = "by type of collector: keys that each has unless it says otherwise; `tags` are joined"},
    {.key = "collectors", .type = FieldType::any, .help = "by type, or a list whose entries carry `type:`"},
    {.key = "rules", .type = FieldType::any, .not_yet = kRulesLater},
    {.key = "rule_include", .not_yet = kRulesLater},
    {.key = "derived", .type = FieldType::any, .not_yet = kDerivedLater},
    {.key = "notifications", .type = FieldType::any, .not_yet = kNotificationsLater},
};

}  // namespace

std::span<const Field> rate_limit_fields() { return kRateLimit; }
std::span<const Field> config_fields() { return kRoot; }

}  // namespace oculus::config
