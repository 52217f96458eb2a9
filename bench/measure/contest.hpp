// Ways of doing the same thing, in turns: A B C, C B A, … so that whatever else the machine does falls on each alike.
// The calling thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "measure/spread.hpp"
#include "measure/stopwatch.hpp"

namespace oculus::bench {

struct Way {
  std::string name;
  std::function<Spent()> go;  // measures itself, on whichever thread it works
};

struct Standing {
  std::string name;
  Spread wall, processor;  // seconds
  Spread ratio;            // processor time to the first way's, turn by turn
};

/// Each way once to warm up, then in turns until `patience` seconds are over or each had `most` turns; at least 3.
std::vector<Standing> compare(const std::vector<Way>& ways, double patience, std::size_t most);

}  // namespace oculus::bench
