#include "web/page/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "model/duration.hpp"
#include "model/utf8.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

struct Step {
  double least;
  double divisor;
  const char* unit;
};
// In milliseconds and bytes, from large to small; the last takes the rest.
constexpr Step kTimes[] = {{172'800'000, 86'400'000, "d"},
                           {7'200'000, 3'600'000, "h"},
                           {120'000, 60'000, "min"},
                           {1000, 1000, "s"},
                           {0, 1, "ms"}};
constexpr Step kBytes[] = {{1e12, 1e12, "TB"}, {1e9, 1e9, "GB"}, {1e6, 1e6, "MB"}, {1e3, 1e3, "kB"}, {0, 1, "B"}};

template <std::size_t N>
const Step& step_for(const Step (&steps)[N], double value) {
  return *std::ranges::find_if(steps, [&](const Step& step) { return std::abs(value) >= step.least; });
}

std::string with_groups(std::string digits) {
  const std::size_t begin = digits.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(digits.find('.'), digits.size());
  for (std::size_t i = end; i > begin + 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

// Three figures that matter, and no zeros behind the point.
std::string short_number(double value) {
  const double size = std::abs(value);
  std::string text = fmt::format("{:.{}f}", value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  if (text.find('.') == std::string::npos) return with_groups(std::move(text));
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

// A figure in a unit of its own: a price keeps its cents, a ratio its three figures.
std::string plain_number(double value) {
  const double size = std::abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return fmt::format("{:.4g}", value);
  if (value == std::floor(value)) return with_groups(fmt::format("{:.0f}", value));
  if (size >= 1e6) return with_groups(fmt::format("{:.0f}", value));
  if (size >= 10) return with_groups(fmt::format("{:.2f}", value));
  std::string text = fmt::format("{:.{}f}", value, size >= 1 ? 3 : size >= 0.01 ? 4 : 6);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

template <std::size_t N>
Quantity scaled(const Step (&steps)[N], double value) {
  const Step& step = step_for(steps, value);
  return {short_number(value / step.divisor), step.unit};
}

std::optional<double> milliseconds_in(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s" || unit == "seconds") return 1000;
  if (unit == "us" || unit == "µs") return 0.001;
  return std::nullopt;
}

}  // namespace

Quantity humane(double value, std::string_view unit) {
  if (const auto factor = milliseconds_in(unit)) return scaled(kTimes, value * *factor);
  if (unit == "B" || unit == "bytes" || unit == "byte") return scaled(kBytes, value);
  if (unit == "%") return {short_number(value), "%"};
  if (unit == "d" || unit == "days") return {short_number(value), value == 1 ? "day" : "days"};
  return {plain_number(value), printable(unit, 24)};
}

std::string grouped(std::uint64_t count) { return with_groups(fmt::format("{}", count)); }

std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", grouped(count), count == 1 ? singular : plural);
}

std::string percentage(std::uint64_t part, std::uint64_t of, std::string_view none) {
  if (of == 0) return std::string(none);
  if (part == of) return "100 %";
  const double exact = 100.0 * static_cast<double>(part) / static_cast<double>(of);
  return fmt::format("{:.2f} %", std::min(exact, 99.99));
}

std::string span_words(microseconds length) {
  const double ms = std::abs(static_cast<double>(length.count())) / 1000;
  if (ms < 1000) return scaled(kTimes, ms).text();
  const Step& step = step_for(kTimes, ms);
  return fmt::format("{:.0f} {}", std::floor(ms / step.divisor), step.unit);
}

std::string age_words(TimePoint at, TimePoint now) {
  const auto age = now - at;
  if (age > -1s && age < 1s) return "now";
  return age < 0s ? "in " + span_words(age) : span_words(age) + " ago";
}

std::string clock_words(TimePoint at) {
  std::string text = to_rfc3339(std::chrono::floor<std::chrono::seconds>(at));
  if (!text.empty()) text.pop_back();
  if (const auto t = text.find('T'); t != std::string::npos) text[t] = ' ';
  return text;
}

std::string range_words(microseconds length) {
  if (length == 1h) return "last hour";
  if (length % 24h == 0s && length > 24h) return fmt::format("last {} days", length / 24h);
  if (length % 1h == 0s) return fmt::format("last {} hours", length / 1h);
  if (length % 1min == 0s && length < 1h) return fmt::format("last {} minutes", length / 1min);
  return "last " + to_string(length);
}

std::string printable(std::string_view text, std::size_t most, bool lines) {
  std::string result;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == most) return result + "…";
    const auto [c, length] = first_character(text);
    if (length == 0) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if ((is_control(c) || is_misleading(c)) && !(lines && (c == '\n' || c == '\t'))) {
      result += c < 0x100 ? fmt::format("\\x{:02x}", static_cast<unsigned>(c))
                          : fmt::format("\\u{{{:04x}}}", static_cast<unsigned>(c));
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return result;
}

}  // namespace oculus::web
