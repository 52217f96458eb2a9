// A table in Markdown on standard output, as docs/performance.md has it. One thread.
#pragma once

#include <string>
#include <vector>

namespace oculus::bench {

class Table {
 public:
  Table(std::string title, std::vector<std::string> columns) : title_(std::move(title)), rows_{std::move(columns)} {}

  /// As many cells as there are columns.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print() const;

 private:
  std::string title_;
  std::vector<std::vector<std::string>> rows_;  // the first holds the names of the columns
};

}  // namespace oculus::bench
