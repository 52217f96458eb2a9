// The course of one series over a range as the paths of an SVG with evenly spaced marks. Pure functions; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "store/query.hpp"

namespace oculus::web {

inline constexpr int kChartWidth = 1000, kChartHeight = 280;  // of the viewBox; the page stretches it

struct Chart {
  std::string band;              // least to most of each step
  std::string line;              // the means; broken where nothing was measured for three steps
  std::string misses;            // ticks at the foot where checks failed
  std::vector<double> marks;     // from top to bottom, at even distances
  std::vector<TimePoint> times;  // from left to right, at even distances
  double least = 0, mean = 0, most = 0;
  std::uint64_t count = 0, failures = 0;
};

/// The length of a step that makes about 250 of a range; never shorter than the interval of the series.
microseconds chart_step(microseconds range, std::optional<std::chrono::milliseconds> interval);

/// Empty where nothing was measured.
std::optional<Chart> chart(std::span<const store::Point> points, const store::PointsQuery& query);

}  // namespace oculus::web
