// What the page knows without asking the database. Plain values, gathered on the main loop thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collect/collector_set.hpp"
#include "model/time.hpp"

namespace oculus::web {

struct SystemFacts {
  TimePoint now{};
  std::string trouble;  // why the database cannot be written to; empty: it can
  std::uint64_t queue_depth = 0, queue_capacity = 0, committed = 0;
  std::vector<collect::CollectorView> collectors;
};

}  // namespace oculus::web
