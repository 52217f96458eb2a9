#include "cli/key_table.hpp"

#include <algorithm>
#include <string_view>

#include "cli/text_table.hpp"
#include "cli/text_width.hpp"

namespace oculus::cli {
namespace {

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    widest = std::max(widest, text_width(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return widest;
}

/// `text` in lines of at most `width` columns, each behind `margin`; a word that is longer stands alone.
std::string wrapped(std::string_view text, std::size_t width, std::string_view margin) {
  std::string out, line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && margin.size() + text_width(line) + 1 + text_width(word) > width) {
      out.append(margin).append(line) += '\n';
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  return out.append(margin).append(line) += '\n';
}

}  // namespace

std::string key_table(std::span<const config::KeyRow> rows, const Console& console) {
  TextTable table{{"key", "takes", "default", "example", "what it is"}, {}, std::vector<bool>(5, false)};
  for (const auto& [key, takes, fallback, example, help] : rows)
    table.rows.push_back({key, takes, fallback, example, help});
  const std::string wide = table.text(0);
  if (console.width() == 0 || widest_line(wide) <= console.width()) return wide;

  std::string narrow;
  for (const auto& [key, takes, fallback, example, help] : rows) {
    std::string facts = takes;
    if (fallback == "required") {
      facts += "; required";
    } else if (!fallback.empty()) {
      facts += "; default " + fallback;
    }
    if (!example.empty()) facts += "; example " + example;
    narrow += console.paint(Colour::bold, key) + '\n' + wrapped(help, console.width(), "    ") +
              wrapped(facts, console.width(), "    ");
  }
  return narrow;
}

}  // namespace oculus::cli
