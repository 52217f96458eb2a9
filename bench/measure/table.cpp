#include "measure/table.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace oculus::bench {

void Table::print() const {
  fmt::print("\n{}\n\n", title_);
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    fmt::print("| {} |\n", fmt::join(rows_[row], " | "));
    if (row > 0) continue;
    fmt::print("|");
    for (std::size_t column = 0; column < rows_[0].size(); ++column) fmt::print(" --- |");
    fmt::print("\n");
  }
  std::fflush(stdout);
}

}  // namespace oculus::bench
