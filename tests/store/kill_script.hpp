// What the process that is killed does, step by step, so that whoever kills it knows what must be there. Every step is
// a function of its number alone. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "model/sample.hpp"
#include "model/series.hpp"

namespace oculus::store {

/// A transaction of samples, or a deletion.
struct KillStep {
  std::vector<Sample> samples = {};
  std::optional<std::int64_t> delete_before = {};  // exact
  std::optional<std::int64_t> retain_from = {};    // what is older may stay
};

class KillScript {
 public:
  /// `lag`: how many steps' samples the deletions leave.
  explicit KillScript(std::int64_t lag) : lag_(lag) {}

  // Samples lie on a grid so wide that a deletion, whose cut-off is told by its distance from now, has minutes to
  // begin.
  static constexpr std::int64_t kGrid = 600'000'000, kStart = 1'000'000'000'000'000;

  /// Three that one collector measures together, and one that comes seldom.
  static const std::vector<Series>& series() {
    static const std::vector<Series> all = [] {
      std::vector<Series> made;
      for (const char* field : {"rtt", "size", "status", "seldom"}) {
        const bool seldom = made.size() == 3;
        made.push_back({"custom", seldom ? "seldom" : "killed", "nowhere", {}, {}, {}, {}, {}});
        if (!seldom) made.back().tags = {{"field", field}};
        made.back().symbol = *Symbol::parse(std::string("custom.killed.") + field);
      }
      return made;
    }();
    return all;
  }

  [[nodiscard]] KillStep step(std::int64_t number) const {
    KillStep made;
    if (number % 19 == 18) {
      made.delete_before = time_of(number - lag_, 0) - kGrid / 2;
    } else if (number % 11 == 10) {
      made.retain_from = time_of(number - lag_ / 2, 0) - kGrid / 2;
    } else {
      std::mt19937_64 random(static_cast<std::uint64_t>(number));
      double value = static_cast<double>(number);
      for (std::int64_t round = 0; round < kRounds; ++round) {
        const std::size_t count = round % 4 == 0 ? 4 : 3;
        for (std::size_t i = 0; i < count; ++i)
          made.samples.push_back(one(i, time_of(number, round), value += 0.01, random() % 50 != 0));
      }
      // Late ones, at times of their own or in place of others.
      for (int i = 0; i < 6; ++i) {
        const auto back = static_cast<std::int64_t>(random() % 400);
        const std::int64_t at = time_of(number, 0) - back * kGrid + (random() % 2 == 0 ? kGrid / 4 : 0);
        made.samples.push_back(one(random() % 4, at, value += 0.01, true));
      }
    }
    return made;
  }

 private:
  static constexpr std::int64_t kRounds = 10;
  static std::int64_t time_of(std::int64_t step, std::int64_t round) {
    return kStart + (step * kRounds + round) * kGrid;
  }
  static Sample one(std::size_t of, std::int64_t at, double value, bool success) {
    Sample made{series()[of].id(), from_us(at), value, success, std::chrono::microseconds(of == 0 ? 1500 : 2000), {}};
    if (!success) made.tags = {{"error", "timeout"}};
    return made;
  }

  std::int64_t lag_;
};

}  // namespace oculus::store
