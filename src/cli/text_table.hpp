// A table as aligned text. Plain values; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace oculus::cli {

struct TextTable {
  std::vector<std::string> titles;
  std::vector<std::vector<std::string>> rows;  // each as long as `titles`
  std::vector<bool> right;                     // columns of numbers stand to the right

  /// One line for the titles, one below them, one for each row; nothing stands behind the last cell. Cells are escaped.
  /// Where the table is wider than `width` (0: without limit) its widest columns are cut.
  [[nodiscard]] std::string text(std::size_t width) const;
};

}  // namespace oculus::cli
