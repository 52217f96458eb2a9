#include "cli/text_table.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "cli/text_width.hpp"
#include "model/printable.hpp"

namespace oculus::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;  // a column is never cut to less: better a line that wraps than cells of dots

using Widths = std::vector<std::size_t>;

// Takes from the widest column until all fit.
void narrow(Widths& widths, std::size_t width) {
  const std::size_t gaps = kGap * (widths.size() - 1);
  std::size_t total = std::accumulate(widths.begin(), widths.end(), gaps);
  while (total > width) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= kNarrowest) return;
    --*widest;
    --total;
  }
}

std::string line_of(const std::vector<std::string>& cells, const Widths& widths, const std::vector<bool>& right) {
  std::string line;
  std::size_t owed = 0;  // blanks that are written only when something follows
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = shortened(cells[i], widths[i]);
    const std::size_t padding = widths[i] - text_width(cell);
    if (right[i]) owed += padding;
    if (!cell.empty()) {
      line.append(owed, ' ');
      line += cell;
      owed = 0;
    }
    owed += kGap + (right[i] ? 0 : padding);
  }
  return line + '\n';
}

std::vector<std::string> escaped(const std::vector<std::string>& cells) {
  std::vector<std::string> out;
  out.reserve(cells.size());
  for (const std::string& cell : cells) out.push_back(printable(cell));
  return out;
}

}  // namespace

std::string TextTable::text(std::size_t width) const {
  if (titles.empty()) return {};
  std::vector<std::vector<std::string>> lines = {escaped(titles)};
  for (const auto& row : rows) lines.push_back(escaped(row));
  Widths widths(titles.size(), 0);
  for (const auto& cells : lines)
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], text_width(cells[i]));
  if (width > 0) narrow(widths, width);

  std::string out = line_of(lines[0], widths, right);
  std::string rule;
  for (const std::size_t column : widths) {
    if (!rule.empty()) rule.append(kGap, ' ');
    for (std::size_t i = 0; i < column; ++i) rule += "─";
  }
  out += rule + '\n';
  for (std::size_t i = 1; i < lines.size(); ++i) out += line_of(lines[i], widths, right);
  return out;
}

}  // namespace oculus::cli
