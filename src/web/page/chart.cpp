#include "web/page/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

constexpr int kSteps = 250;
constexpr int kTimeMarks = 5;
constexpr double kMarksWanted = 4;

// A distance of 1, 2, 2.5 or 5 times a power of ten, so that the marks are figures people read at a glance.
double nice_distance(double span) {
  const double rough = span / kMarksWanted;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0})
    if (rough <= factor * power) return factor * power;
  return 10 * power;
}

struct Scale {
  double low, high, distance;
};

Scale scale_of(double least, double most) {
  if (most - least < 1e-9 * std::max({std::abs(least), std::abs(most), 1e-300})) {  // a flat line stands in the middle
    const double room = least == 0 ? 1 : std::abs(least) * 0.1;
    least -= room;
    most += room;
  } else if (least > 0 && least < 0.5 * most) {
    least = 0;  // what comes near to zero is shown from zero on
  }
  const double distance = nice_distance(most - least);
  return {std::floor(least / distance) * distance, std::ceil(most / distance) * distance, distance};
}

struct Place {
  Scale scale;
  const store::PointsQuery& query;
  [[nodiscard]] double x(TimePoint at) const {
    return static_cast<double>((at + query.step / 2 - query.from).count()) /
           static_cast<double>((query.to - query.from).count()) * kChartWidth;
  }
  [[nodiscard]] double y(double value) const { return (scale.high - value) / (scale.high - scale.low) * kChartHeight; }
};

using Run = std::vector<const store::Point*>;

void draw(const Run& run, const Place& place, Chart& chart) {
  if (run.empty()) return;
  auto line = std::back_inserter(chart.line);
  auto band = std::back_inserter(chart.band);
  char pen = 'M';
  for (const auto* point : run) {
    fmt::format_to(line, "{}{:.1f} {:.1f}", pen, place.x(point->at), place.y(*point->mean));
    fmt::format_to(band, "{}{:.1f} {:.1f}", pen, place.x(point->at), place.y(*point->most));
    pen = 'L';
  }
  if (run.size() == 1) chart.line += "h0";
  for (auto point = run.rbegin(); point != run.rend(); ++point)
    fmt::format_to(band, "L{:.1f} {:.1f}", place.x((*point)->at), place.y(*(*point)->least));
  chart.band += 'Z';
}

}  // namespace

microseconds chart_step(microseconds range, std::optional<std::chrono::milliseconds> interval) {
  constexpr microseconds kNice[] = {1s,    2s,    5s,    10s, 15s, 30s, 1min, 2min, 5min,
                                    10min, 15min, 30min, 1h,  2h,  3h,  6h,   12h,  24h};
  const auto least = std::max<microseconds>(range / kSteps, interval.value_or(0ms));
  const auto* const found = std::ranges::find_if(kNice, [&](microseconds step) { return step >= least; });
  return found == std::end(kNice) ? (least / 24h + 1) * microseconds(24h) : *found;
}

std::optional<Chart> chart(std::span<const store::Point> points, const store::PointsQuery& query) {
  Chart result;
  double sum = 0;
  std::uint64_t measured = 0;
  for (const auto& point : points) {
    result.count += point.count;
    result.failures += point.failures;
    if (!point.mean || !point.least || !point.most) continue;
    result.least = measured == 0 ? *point.least : std::min(result.least, *point.least);
    result.most = measured == 0 ? *point.most : std::max(result.most, *point.most);
    sum += *point.mean * static_cast<double>(point.count);
    measured += point.count;
  }
  if (measured == 0) return std::nullopt;
  result.mean = sum / static_cast<double>(measured);
  const Place place{scale_of(result.least, result.most), query};
  if (!std::isfinite(place.scale.high - place.scale.low))
    return std::nullopt;  // values at the end of what a double holds

  Run run;
  for (const auto& point : points) {
    if (point.failures > 0)
      fmt::format_to(std::back_inserter(result.misses), "M{:.1f} {}v-8", place.x(point.at), kChartHeight);
    if (!point.mean || !point.least || !point.most) continue;
    if (!run.empty() && point.at - run.back()->at > 3 * query.step) {
      draw(run, place, result);
      run.clear();
    }
    run.push_back(&point);
  }
  draw(run, place, result);

  const auto count = std::llround((place.scale.high - place.scale.low) / place.scale.distance);
  for (auto i = count; i >= 0; --i)
    result.marks.push_back(place.scale.low + static_cast<double>(i) * place.scale.distance);
  for (int i = 0; i < kTimeMarks; ++i)
    result.times.push_back(query.from + (query.to - query.from) / (kTimeMarks - 1) * i);
  return result;
}

}  // namespace oculus::web
