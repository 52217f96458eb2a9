// What a round of pings comes to. Plain values; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <span>

namespace oculus::collect {

/// In the units of their series; times are kept to 0.01 ms, the loss to 0.01 %.
struct PingFigures {
  std::optional<double> rtt_ms;     // the median; empty: nothing came back
  double loss_percent = 0;          // of what was sent
  std::optional<double> jitter_ms;  // mean absolute difference of consecutive times; empty: no two in a row came back
};

/// `rtts` has one entry for each request, in the order of sending, empty where it was lost; at least one entry. A pair
/// of neighbours of which one was lost tells nothing about jitter and is left out.
PingFigures figures_of(std::span<const std::optional<std::chrono::microseconds>> rtts);

}  // namespace oculus::collect
