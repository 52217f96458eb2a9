#include "model/printable.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

#include "model/utf8.hpp"

namespace oculus {
namespace {

bool is_kept(char32_t point, Blanks blanks) {
  return (point == '\t' && blanks != Blanks::spaces) || (point == '\n' && blanks == Blanks::tabs_and_breaks);
}

}  // namespace

std::string printable(std::string_view text, Blanks blanks) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto [point, length] = first_character(text);
    if (length == 0)
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<std::uint8_t>(text[0]));
    else if (is_kept(point, blanks) || !(is_control(point) || is_misleading(point)))
      out += text.substr(0, length);
    else
      out += length == 1 ? fmt::format("\\x{:02x}", static_cast<std::uint32_t>(point))
                         : fmt::format("\\u{:04x}", static_cast<std::uint32_t>(point));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  out.reserve(text.size() + 2);
  while (!text.empty()) {
    const auto [point, length] = first_character(text);
    if (length == 0)
      out += "\xef\xbf\xbd";  // U+FFFD
    else if (point == '"' || point == '\\')
      (out += '\\') += static_cast<char>(point);
    else if (point == '\n')
      out += "\\n";
    else if (point == '\t')
      out += "\\t";
    else if (is_control(point) || is_misleading(point))
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint32_t>(point));
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out += '"';
}

}  // namespace oculus
