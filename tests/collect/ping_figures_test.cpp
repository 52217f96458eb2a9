#include "collect/probe/ping_figures.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;
using Rtts = std::vector<std::optional<std::chrono::microseconds>>;
constexpr std::nullopt_t kLost = std::nullopt;

void check(const Rtts& rtts, std::optional<double> rtt, double loss, std::optional<double> jitter) {
  const auto figures = figures_of(rtts);
  EXPECT_EQ(figures.rtt_ms, rtt);
  EXPECT_EQ(figures.loss_percent, loss);
  EXPECT_EQ(figures.jitter_ms, jitter);
}

TEST(PingFigures, TakeTheMedian) {
  check({30ms, 10ms, 11ms}, 11.0, 0, 10.5);        // differences 20 and 1
  check({10ms, 20ms, 12ms, 11ms}, 11.5, 0, 6.33);  // between the two in the middle; differences 10, 8, 1
  check({7ms}, 7.0, 0, std::nullopt);
}

TEST(PingFigures, KeepAHundredthOfAMillisecond) { check({1234us, 1239us}, 1.24, 0, 0.01); }

TEST(PingFigures, LeaveOutPairsAcrossALoss) {
  check({10ms, kLost, 50ms, 52ms}, 50.0, 25, 2.0);
  check({10ms, kLost, 50ms}, 30.0, 33.33, std::nullopt);
  check({kLost, 10ms}, 10.0, 50, std::nullopt);
}

TEST(PingFigures, HaveNoTimeWhenNothingCameBack) { check({kLost, kLost, kLost}, std::nullopt, 100, std::nullopt); }

}  // namespace
}  // namespace oculus::collect
