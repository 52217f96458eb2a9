#include <fmt/format.h>

#include <algorithm>

#include "config/config_fields.hpp"
#include "config/config_sections.hpp"

namespace oculus::config {
namespace {

/// Of a name that the table of levels holds.
LogLevel to_level(std::string_view name) {
  return static_cast<LogLevel>(std::ranges::find(kLogLevels, name) - kLogLevels.begin());
}

bool is_level(std::string_view name) { return std::ranges::find(kLogLevels, name) != kLogLevels.end(); }
bool is_part(std::string_view name) { return std::ranges::find(kLogParts, name) != kLogParts.end(); }

std::string one_of_levels() { return fmt::format("one of {}", fmt::join(kLogLevels, ", ")); }
std::string one_of_parts() { return fmt::format("one of {}", fmt::join(kLogParts, ", ")); }

void read_parts(const Node& parts, const Sources& sources, LogConfig& out) {
  for (const auto& [part, level] : parts.map) {
    if (!level.is_scalar() || level.unresolved) continue;
    if (!is_level(level.text)) {
      sources.problem(fmt::format("{} is no log level", describe(level)), one_of_levels(), level.place);
    } else if (!is_part(part)) {
      sources.problem(fmt::format("{} is no part of Oculus", in_quotes(part)), one_of_parts(), level.key_place);
    } else {
      out.parts.emplace_back(part, to_level(level.text));
    }
  }
}

}  // namespace

LogConfig read_log(const Settings& log, const Sources& sources) {
  LogConfig out;
  out.level = to_level(*log.text("level"));
  out.file = log.text("file").value_or("");
  out.keep_days = static_cast<int>(*log.integer("keep_days"));
  if (const Node* const parts = log.node("parts")) read_parts(*parts, sources, out);
  if (const auto filter = sources.variable("OCULUS_LOG")) {
    auto laid_over = parse_log_filter(filter->text, out, filter->place);
    if (laid_over) return std::move(*laid_over);
    sources.problems.add(std::move(laid_over.error()));
  }
  return out;
}

Result<LogConfig> parse_log_filter(std::string_view text, LogConfig base, const Place& at) {
  while (!text.empty()) {
    const std::string_view rule = text.substr(0, text.find(','));
    text.remove_prefix(std::min(rule.size() + 1, text.size()));
    const std::size_t sign = rule.find('=');
    const bool of_part = sign != std::string_view::npos;
    const std::string_view part = of_part ? rule.substr(0, sign) : std::string_view();
    const std::string_view level = of_part ? rule.substr(sign + 1) : rule;
    if (!is_level(level)) return invalid(fmt::format("{} is no log level", in_quotes(level)), one_of_levels(), at);
    if (of_part && !is_part(part))
      return invalid(fmt::format("{} is no part of Oculus", in_quotes(part)), one_of_parts(), at);
    if (!of_part) {
      base.level = to_level(level);
      continue;
    }
    std::erase_if(base.parts, [&](const auto& earlier) { return earlier.first == part; });
    base.parts.emplace_back(part, to_level(level));
  }
  return base;
}

}  // namespace oculus::config
