#include "collect/collector_spec.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "collect/kinds.hpp"
#include "model/duration.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;
using config::Field;
using config::FieldType;

constexpr std::string_view kRulesLater = "rules arrive with a later version";

constexpr Field kCommon[] = {
    {.key = "name",
     .type = FieldType::text,
     .help = "what it is called; unique within its type",
     .example = "api-health",
     .required = true},
    {.key = "enabled", .type = FieldType::boolean, .help = "whether it runs", .fallback = "true", .example = "false"},
    {.key = "group",
     .type = FieldType::text,
     .help = "where the page shows it",
     .fallback = "default",
     .example = "shop"},
    {.key = "interval",
     .type = FieldType::duration,
     .help = "how often it runs; not together with cron",
     .fallback = "30s",
     .example = "10s",
     .shortest = Schedule::kShortest,
     .longest = Schedule::kLongest},
    {.key = "cron",
     .type = FieldType::text,
     .help = "when it runs: five fields, six with seconds first, or @hourly and kin",
     .example = "\"*/5 8-18 * * MON-FRI\""},
    {.key = "timezone",
     .type = FieldType::text,
     .help = "IANA name of the zone in which cron is meant; UTC when absent",
     .example = "Europe/Berlin"},
    {.key = "timeout",
     .type = FieldType::duration,
     .help = "how long one attempt may take; tcp and ping 3s, http 10s",
     .example = "2s",
     .shortest = 1ms,
     .longest = 5min},
    {.key = "retries",
     .type = FieldType::integer,
     .help = "how often a failure is tried again within the round",
     .fallback = "0",
     .example = "2",
     .least = 0,
     .most = 10},
    {.key = "retry_interval",
     .type = FieldType::duration,
     .help = "how long to wait before trying again",
     .fallback = "1s",
     .example = "500ms",
     .longest = 5min},
    {.key = "tags",
     .type = FieldType::text_map,
     .help = "static tags of its series; part of their identity",
     .example = "{ env: prod, team: core }"},
    {.key = "description", .type = FieldType::text, .help = "for people", .example = "what customers see first"},
    {.key = "symbol",
     .type = FieldType::text,
     .help = "replaces all of the symbol that stands before the field",
     .example = "shop.health"},
    {.key = "alert", .type = FieldType::any, .help = "short for the rule \"down\"", .not_yet = kRulesLater},
    {.key = "stale",
     .type = FieldType::duration,
     .help = "when its values count as missing to rules",
     .not_yet = kRulesLater},
};

Schedule read_schedule(const config::Settings& settings, config::Problems& problems) {
  const auto written = settings.text("cron");
  if (written && settings.has("interval")) {
    problems.add(
        Error{ErrorKind::invalid, "interval and cron stand together", "one of the two", settings.place("cron")});
    return {};
  }
  if (settings.has("timezone") && !written)
    problems.add(Error{ErrorKind::invalid, "timezone stands without cron", "a cron, or no timezone",
                       settings.place("timezone")});
  auto schedule = written ? Schedule::cron(*written, settings.text("timezone").value_or(""), settings.place("cron"),
                                           settings.place("timezone"))
                          : Schedule::every(settings.duration("interval").value_or(30s), settings.place("interval"));
  if (schedule) return *schedule;
  problems.add(schedule.error());
  return {};
}

}  // namespace

std::span<const Field> common_fields() { return kCommon; }

std::span<const Field> fields_of(std::string_view type) {
  static const auto tables = [] {
    std::map<std::string_view, std::vector<Field>> all;
    for (const CollectorKind* kind : collector_kinds()) {
      auto& table = all[kind->type];
      table.assign(std::begin(kCommon), std::end(kCommon));
      table.insert(table.end(), kind->fields.begin(), kind->fields.end());
    }
    return all;
  }();
  const auto found = tables.find(type);
  return found == tables.end() ? std::span<const Field>() : found->second;
}

std::optional<CollectorSpec> read_spec(const std::string& type, const config::Node& node, config::Problems& problems) {
  const std::size_t before = problems.list().size();
  const config::Node* const name = node.find("name");
  const std::string what = fmt::format("{} '{}'", type, name == nullptr ? "" : name->text);
  CollectorSpec spec;
  spec.settings = config::Settings::read(node, fields_of(type), what, problems);
  if (problems.list().size() > before) return std::nullopt;  // what is missing or wrong would only be told twice

  const config::Settings& settings = spec.settings;
  spec.type = type;
  spec.name = settings.text("name").value_or("");
  spec.group = settings.text("group").value_or("default");
  spec.enabled = settings.flag("enabled");
  spec.schedule = read_schedule(settings, problems);
  spec.timeout = settings.duration("timeout").value_or(find_kind(type)->default_timeout);
  spec.retries = static_cast<int>(settings.integer("retries").value_or(0));
  spec.retry_interval = settings.duration("retry_interval").value_or(1s);
  for (auto& [key, value] : settings.text_map("tags")) {
    if (key == "field")
      problems.add(Error{ErrorKind::invalid, fmt::format("{} has a tag 'field'", what),
                         "another key: Oculus sets this one itself", settings.place("tags")});
    spec.tags.set(std::move(key), std::move(value));
  }
  spec.description = settings.text("description").value_or("");
  spec.symbol = settings.text("symbol").value_or("");
  spec.place = node.place;
  return problems.list().size() > before ? std::nullopt : std::optional(std::move(spec));
}

Result<Series> CollectorSpec::series(std::string_view category, std::string_view prefix, std::string_view target,
                                     std::string_view field, std::string_view unit, std::string_view what) const {
  Series series;
  series.category = category;
  series.name = name;
  series.target = target;
  series.tags = tags;
  if (!field.empty()) series.tags.set("field", std::string(field));
  series.unit = unit;
  series.description = description.empty() ? std::string(what) : description;
  if (const auto every = schedule.interval())
    series.interval = std::chrono::duration_cast<std::chrono::milliseconds>(*every);

  std::string text = symbol.empty() ? fmt::format("{}.{}", prefix, symbol_part(name)) : symbol;
  if (!field.empty()) text += fmt::format(".{}", field);
  auto made = symbol.empty() ? Symbol::from(text, place) : Symbol::parse(text, settings.place("symbol"));
  if (!made) return std::unexpected(made.error());
  series.symbol = std::move(*made);
  return series;
}

}  // namespace oculus::collect
