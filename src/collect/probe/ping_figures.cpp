#include "collect/probe/ping_figures.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <vector>

namespace oculus::collect {
namespace {

double hundredths(double value) { return std::round(value * 100) / 100; }
double milliseconds_of(double us) { return hundredths(us / 1000); }

double median(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  if (values.size() % 2 == 1) return static_cast<double>(values[half]);
  return static_cast<double>(values[half - 1] + values[half]) / 2;
}

}  // namespace

PingFigures figures_of(std::span<const std::optional<std::chrono::microseconds>> rtts) {
  assert(!rtts.empty());
  std::vector<std::int64_t> answered;
  std::int64_t differences = 0;
  int pairs = 0;
  for (std::size_t i = 0; i < rtts.size(); ++i) {
    if (!rtts[i]) continue;
    answered.push_back(rtts[i]->count());
    if (i == 0 || !rtts[i - 1]) continue;
    differences += std::chrono::abs(*rtts[i] - *rtts[i - 1]).count();
    ++pairs;
  }
  PingFigures figures;
  figures.loss_percent =
      hundredths(100.0 * static_cast<double>(rtts.size() - answered.size()) / static_cast<double>(rtts.size()));
  if (!answered.empty()) figures.rtt_ms = milliseconds_of(median(answered));
  if (pairs > 0) figures.jitter_ms = milliseconds_of(static_cast<double>(differences) / pairs);
  return figures;
}

}  // namespace oculus::collect
