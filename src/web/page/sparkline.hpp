// A few recent values as the paths of a small SVG, and where the last stands against the others. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace oculus::web {

using Recent = std::span<const std::optional<double>>;  // oldest first; empty: nothing was measured

/// Paths for a viewBox of kSparkWidth by kSparkHeight.
struct Sparkline {
  std::string line;    // broken where a value is missing
  std::string misses;  // a tick at the foot for each missing value; empty: none
  std::string dot;     // `cx,cy` has no path: a stroke of no length with a round cap; empty: the last value is missing
};
inline constexpr int kSparkWidth = 120, kSparkHeight = 28;

/// Empty where fewer than two rounds are known; without any value it has misses only.
std::optional<Sparkline> sparkline(Recent recent);

/// The last value against the mean of those before it; empty where there is too little to compare.
struct Trend {
  enum class Way { up, level, down } way = Way::level;
  std::string arrow;  // ↑ → ↓
  std::string words;  // `12 % above the recent mean`
};
std::optional<Trend> trend(Recent recent);

}  // namespace oculus::web
