// Several runs of one thing, in three numbers. Plain values; any thread.
#pragma once

#include <string>
#include <vector>

namespace oculus::bench {

struct Spread {
  double median = 0, least = 0, most = 0;
};

/// All zero when `values` is empty.
Spread spread(std::vector<double> values);

/// `2.41 (2.3..2.6)`: three significant digits for the median, two for the ends; without the ends when all are one.
std::string to_text(const Spread& spread);

/// Three significant digits, never in exponents: `0.0123`, `1.23`, `12,300`.
std::string to_text(double value, int digits = 3);

}  // namespace oculus::bench
