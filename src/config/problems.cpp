#include "config/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "config/secrets_in_text.hpp"
#include "config/source_text.hpp"
#include "model/printable.hpp"

namespace oculus::config {
namespace {

constexpr std::size_t kLongestShown = 60;     // characters of a value
constexpr std::size_t kLongestExcerpt = 160;  // characters of a line; a JSON body may be one line of megabytes

bool same(const Error& a, const Error& b) {
  if (a.place != b.place) return false;
  // One mistake in the defaults of a type, or in a collector with many targets, is met once for each of them.
  return a.what == b.what || (a.place.line > 0 && !a.expected.empty() && a.expected == b.expected);
}

/// The line, cut to a window around the column, and the caret below it.
std::string excerpt(std::string_view line, int column, std::string_view expected) {
  const auto caret = static_cast<std::size_t>(std::max(column, 1) - 1);
  const std::size_t from = caret > kLongestExcerpt - 20 ? caret - kLongestExcerpt / 2 : 0;
  std::string shown;
  std::string padding;
  std::size_t at = 0;
  for (const std::string_view character : Characters(line)) {
    if (at >= from && at < from + kLongestExcerpt) {
      const std::string visible = printable(character, Blanks::tabs);
      shown += visible;
      if (at < caret)
        padding += character == "\t" ? "\t" : std::string(visible.size() > character.size() ? visible.size() : 1, ' ');
    }
    ++at;
  }
  if (from + padding.size() < caret) padding.resize(caret - from, ' ');  // the place is behind the end of the line
  std::string text = fmt::format("{}\n{}^", shown, padding);
  if (!expected.empty()) text += fmt::format(" {}", printable(expected));
  return text;
}

}  // namespace

void Problems::attach(const std::string& file, std::string_view source) {
  sources_.insert_or_assign(file, std::string(source));
}

void Problems::hide(const Place& secret) { secrets_[secret.file].emplace(secret.line, secret.column); }

std::string Problems::source_line(const Place& place) const {
  const auto source = sources_.find(place.file);
  if (source == sources_.end() || place.line <= 0) return {};
  std::string line(SourceText(source->second).line(place.line));
  if (const auto hidden = secrets_.find(place.file); hidden != secrets_.end())
    for (auto at = hidden->second.lower_bound({place.line, 0}); at != hidden->second.end() && at->first == place.line;
         ++at)
      mask_value_at(line, static_cast<std::size_t>(std::max(at->second, 1) - 1));
  mask_likely_secrets(line);
  return line;
}

std::string Problems::text() const {
  std::vector<const Error*> sorted;
  for (const Error& problem : list_) sorted.push_back(&problem);
  const auto key = [](const Error* e) { return std::tie(e->place.file, e->place.line, e->place.column); };
  std::ranges::stable_sort(sorted, [&](const Error* a, const Error* b) { return key(a) < key(b); });

  std::string all;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const Error& problem = *sorted[i];
    const auto earlier = [&](const Error* other) { return same(*other, problem); };
    const auto first_here = std::find_if(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(i),
                                         [&](const Error* other) { return other->place == problem.place; });
    if (std::any_of(first_here, sorted.begin() + static_cast<std::ptrdiff_t>(i), earlier)) continue;
    const std::string line = source_line(problem.place);
    if (line.empty()) {
      all += printable(problem.text());
    } else {
      all += fmt::format("{}: {}\n", printable(to_string(problem.place)), printable(problem.what));
      all += excerpt(line, problem.place.column, problem.expected);
    }
    all += '\n';
  }
  return all;
}

std::string in_quotes(std::string_view text) {
  std::string safe;
  std::size_t count = 0;
  for (const std::string_view character : Characters(text)) {
    if (++count > kLongestShown) break;
    safe += character;
  }
  mask_url_passwords(safe);
  return fmt::format("'{}{}'", printable(safe), count > kLongestShown ? "…" : "");
}

}  // namespace oculus::config
