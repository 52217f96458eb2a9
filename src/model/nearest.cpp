#include "model/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace oculus {
namespace {

// Steps from one word to the other: a letter more, less or another, or two neighbours swapped (`prot` for `port`), each
// place touched once: optimal string alignment.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last,
      row(b.size() + 1);  // of the table whose cells are distances of beginnings
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = std::exchange(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates) {
  constexpr std::size_t kLongest = 200;  // an edit distance over longer words helps nobody and costs their product
  if (word.size() > kLongest) return std::nullopt;
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string_view> found;
  for (const std::string_view candidate : candidates) {
    const std::size_t length = candidate.size() > kLongest ? best : distance(word, candidate);
    if (length >= best) continue;
    best = length;
    found = candidate;
  }
  return found;
}

}  // namespace oculus
