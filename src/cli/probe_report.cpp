#include "cli/probe_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include "cli/text_width.hpp"
#include "model/printable.hpp"

namespace oculus::cli {
namespace {

constexpr double kBarWidth = 30;
// What happens one after the other; other times (the total, a jitter) begin at the left.
constexpr std::string_view kPhases[] = {"dns", "connect", "tls", "ttfb"};

struct Line {
  std::string field, value, unit, bar;
};

std::string field_of(const Series& series) {
  const std::string* const field = series.tags.find("field");
  return field != nullptr ? *field : series.name;
}

std::string repeated(std::string_view piece, double times) {
  std::string out;
  for (int i = 0; i < static_cast<int>(times); ++i) out += piece;
  return out;
}

std::string bar(double from, double length, double longest) {
  if (longest <= 0 || length <= 0) return {};
  const double begin = std::min(std::floor(from / longest * kBarWidth), kBarWidth - 1);
  const double cells = std::max(1.0, std::round(length / longest * kBarWidth));
  return repeated(" ", begin) + repeated("█", std::min(cells, kBarWidth - begin));
}

std::vector<Line> lines_of(const std::vector<Series>& series, const collect::Round& round) {
  const std::size_t count = std::min(series.size(), round.values.size());
  double longest = 0;
  for (std::size_t i = 0; i < count; ++i)
    if (series[i].unit == "ms") longest = std::max(longest, round.values[i].value_or(0));
  std::vector<Line> lines;
  double elapsed = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!round.values[i]) continue;
    const double value = *round.values[i];
    const bool time = series[i].unit == "ms";
    Line line{field_of(series[i]), time ? fmt::format("{:.2f}", value) : fmt::format("{}", value), series[i].unit, ""};
    if (time) {
      const bool phase = std::ranges::find(kPhases, line.field) != std::end(kPhases);
      line.bar = bar(phase ? elapsed : 0, value, longest);
      if (phase) elapsed += value;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string optional_number(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? fmt::format("{}", *value) : "null";
}

}  // namespace

std::string ProbeReport::text(const Console& console) const {
  std::string out = fmt::format("{} {}: ", type, printable(target));
  out += round.success ? console.paint(Colour::green, "good") : console.paint(Colour::red, "failed");
  std::string_view detail = round.detail;
  if (detail.starts_with(target + ": ")) detail.remove_prefix(target.size() + 2);  // it stands before
  if (!round.success) out += fmt::format(" ({}): {}", round.reason, printable(detail));
  out += '\n';

  const std::vector<Line> lines = lines_of(series, round);
  std::size_t field_width = 0, value_width = 0, unit_width = 0;
  for (const Line& line : lines) {
    field_width = std::max(field_width, text_width(line.field));
    value_width = std::max(value_width, text_width(line.value));
    unit_width = std::max(unit_width, text_width(line.unit));
  }
  for (const Line& line : lines) {
    std::string row = fmt::format("  {:<{}}  {:>{}}", line.field, field_width, line.value, value_width);
    if (!line.unit.empty() || !line.bar.empty()) row += fmt::format(" {:<{}}", line.unit, unit_width);
    if (!line.bar.empty()) row += "  " + console.paint(Colour::blue, line.bar);
    row.erase(row.find_last_not_of(' ') + 1);
    out += row + '\n';
  }
  for (const auto& [key, value] : round.tags) out += fmt::format("  {}: {}\n", printable(key), printable(value));
  return out;
}

std::string ProbeReport::json() const {
  std::string values;
  for (std::size_t i = 0; i < std::min(series.size(), round.values.size()); ++i)
    values +=
        fmt::format("{}{{\"field\":{},\"unit\":{},\"value\":{}}}", values.empty() ? "" : ",",
                    json_quoted(field_of(series[i])), json_quoted(series[i].unit), optional_number(round.values[i]));
  const std::string took =
      round.took ? fmt::format("{}", static_cast<double>(round.took->count()) / 1000) : std::string("null");
  return fmt::format(
      "{{\"type\":{},\"target\":{},\"success\":{},\"error\":{},\"detail\":{},\"took_ms\":{},\"values\":[{}],"
      "\"tags\":{},\"evidence\":{}}}\n",
      json_quoted(type), json_quoted(target), round.success, round.success ? "null" : json_quoted(round.reason),
      round.success ? "null" : json_quoted(round.detail), took, values, to_json(round.tags),
      round.evidence.empty() ? "null" : round.evidence);
}

}  // namespace oculus::cli
