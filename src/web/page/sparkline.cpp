#include "web/page/sparkline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace oculus::web {
namespace {

constexpr double kMargin = 3;         // room for the dot and the width of the line
constexpr double kNoticeable = 0.05;  // less than this is noise, not a trend
constexpr std::size_t kLeastToCompare = 3;

}  // namespace

std::optional<Sparkline> sparkline(Recent recent) {
  if (recent.size() < 2) return std::nullopt;
  double least = 0, most = 0;
  bool any = false;
  for (const auto& value : recent) {
    if (!value) continue;
    least = any ? std::min(least, *value) : *value;
    most = any ? std::max(most, *value) : *value;
    any = true;
  }
  const double step = (kSparkWidth - 2 * kMargin) / static_cast<double>(recent.size() - 1);
  const double height = kSparkHeight - 2 * kMargin;
  Sparkline spark;
  bool pen_down = false;
  double x = kMargin;
  for (const auto& value : recent) {
    if (value) {
      // The difference of two finite values may not be finite; halves are.
      const double share = most > least ? (*value / 2 - least / 2) / (most / 2 - least / 2) : 0.5;
      const double y = kMargin + (1 - share) * height;
      fmt::format_to(std::back_inserter(spark.line), "{}{:.1f} {:.1f}", pen_down ? 'L' : 'M', x, y);
      if (!pen_down) spark.line += "h0";  // a lone value between two gaps is a point
      spark.dot = &value == &recent.back() ? fmt::format("M{:.1f} {:.1f}h0", x, y) : "";
    } else {
      fmt::format_to(std::back_inserter(spark.misses), "M{:.1f} {}v-5", x, kSparkHeight);
    }
    pen_down = value.has_value();
    x += step;
  }
  return spark;
}

std::optional<Trend> trend(Recent recent) {
  if (recent.empty() || !recent.back()) return std::nullopt;
  const double last = *recent.back();
  double sum = 0;
  std::size_t count = 0;
  for (const auto& value : recent.first(recent.size() - 1)) {
    if (!value) continue;
    sum += *value;
    ++count;
  }
  if (count < kLeastToCompare) return std::nullopt;
  const double mean = sum / static_cast<double>(count);
  const double change = (last - mean) / std::abs(mean);
  if (mean == 0 && last != 0)
    return last > 0 ? Trend{Trend::Way::up, "↑", "above the recent mean"}
                    : Trend{Trend::Way::down, "↓", "below the recent mean"};
  if (!std::isfinite(change) || std::abs(change) < kNoticeable)
    return Trend{Trend::Way::level, "→", "near the recent mean"};
  const double percent = std::abs(change) * 100;
  const std::string amount = percent >= 1000 ? "far" : fmt::format("{:.0f} %", percent);
  return change > 0 ? Trend{Trend::Way::up, "↑", amount + " above the recent mean"}
                    : Trend{Trend::Way::down, "↓", amount + " below the recent mean"};
}

}  // namespace oculus::web
