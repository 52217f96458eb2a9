#include "measure/spread.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace oculus::bench {

Spread spread(std::vector<double> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

std::string to_text(const Spread& spread) {
  if (spread.least == spread.most) return to_text(spread.median);
  return fmt::format("{} ({}..{})", to_text(spread.median), to_text(spread.least, 2), to_text(spread.most, 2));
}

std::string to_text(double value, int digits) {
  if (value == 0 || !std::isfinite(value)) return fmt::format("{}", value);
  const int whole = static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;  // digits before the point
  if (whole <= digits) return fmt::format("{:.{}f}", value, digits - whole);
  const double unit = std::pow(10, whole - digits);
  std::string text = fmt::format("{:.0f}", std::round(value / unit) * unit);
  for (int at = static_cast<int>(text.size()) - 3; at > (text.front() == '-' ? 1 : 0); at -= 3)
    text.insert(static_cast<std::size_t>(at), 1, ',');
  return text;
}

}  // namespace oculus::bench
