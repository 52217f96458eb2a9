#include "model/duration.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <utility>

namespace oculus {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr std::string_view kExpected = "whole numbers with ms, s, m, h, d, w or y, as in 30s or 1h30m";
constexpr std::pair<std::string_view, microseconds> kUnits[] = {  // from long to short
    {"y", 365 * 24h}, {"w", 7 * 24h}, {"d", 24h}, {"h", 1h}, {"m", 1min}, {"s", 1s}, {"ms", 1ms}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<microseconds> parse_duration(std::string_view text, Place at) {
  const int first_column = at.column;
  const auto place = [&](std::size_t offset) {
    Place here = at;
    if (first_column > 0) here.column = first_column + static_cast<int>(offset);
    return here;
  };
  if (text.empty()) return invalid("the duration is empty", kExpected, place(0));

  microseconds total{0};
  std::size_t next_unit = 0;  // units go from long to short: 30m1h is a slip, not a duration
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ' && i > 0 && i + 1 < text.size()) {
      ++i;
      continue;
    }
    std::int64_t count = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, status] = std::from_chars(text.data() + i, end, count);
    if (!is_digit(text[i]) || status == std::errc::invalid_argument)
      return invalid(fmt::format("'{}' is not a duration", text), kExpected, place(i));
    const auto unit_begin = static_cast<std::size_t>(rest - text.data());
    std::size_t unit_end = unit_begin;
    while (unit_end < text.size() && !is_digit(text[unit_end]) && text[unit_end] != ' ') ++unit_end;
    const std::string_view suffix = text.substr(unit_begin, unit_end - unit_begin);
    if (suffix.empty())
      return invalid(fmt::format("'{}' has a number without a unit", text), kExpected, place(unit_begin));

    std::size_t unit = 0;
    while (unit < std::size(kUnits) && kUnits[unit].first != suffix) ++unit;
    if (unit == std::size(kUnits))
      return invalid(fmt::format("'{}' is not a unit of time", suffix), kExpected, place(unit_begin));
    if (unit < next_unit)
      return invalid(fmt::format("'{}' has its units out of order or twice", text), kExpected, place(unit_begin));
    next_unit = unit + 1;

    const microseconds length = kUnits[unit].second;
    if (status != std::errc() || count > (microseconds::max() - total) / length)
      return invalid(fmt::format("'{}' is too long", text), "less than 290,000 years", place(i));
    total += count * length;
    i = unit_end;
  }
  return total;
}

std::string to_string(microseconds length) {
  if (length == 0us) return "0s";
  std::string text = length < 0us ? "-" : "";
  auto rest = length < 0us ? -length : length;
  for (const auto& [name, unit] : kUnits) {
    if (rest < unit || name == "w") continue;  // 30d and 90d, not 4w2d and 12w6d
    text += fmt::format("{}{}", rest / unit, name);
    rest %= unit;
  }
  if (rest > 0us && length > -1ms && length < 1ms)
    text += fmt::format("{}ms", static_cast<double>(rest.count()) / 1000);
  return text;
}

}  // namespace oculus
