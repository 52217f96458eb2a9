#include "model/printable.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace oculus {
namespace {

struct Decoded {
  char32_t point = 0;
  std::size_t length = 0;  // in bytes; 0: the first byte begins no character
};

// RFC 3629 section 4: shortest forms only, no surrogates, nothing past U+10FFFF.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length == 0 || text.size() < length) return {};
  char32_t point = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {};
    point = point << 6 | (byte(i) & 0x3fU);
  }
  if ((length == 3 && point < 0x800) || (length == 4 && point < 0x10000)) return {};
  if ((point >= 0xd800 && point < 0xe000) || point > 0x10ffff) return {};
  return {point, length};
}

bool is_control(char32_t point) { return point < 0x20 || (point >= 0x7f && point < 0xa0); }

// They reorder what stands around them (Unicode, Bidi_Control), or break lines (U+2028, U+2029).
bool misleads(char32_t point) {
  return point == 0x061c || point == 0x200e || point == 0x200f || (point >= 0x2028 && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069);
}

bool is_kept(char32_t point, Blanks blanks) {
  return (point == '\t' && blanks != Blanks::spaces) || (point == '\n' && blanks == Blanks::tabs_and_breaks);
}

}  // namespace

std::string printable(std::string_view text, Blanks blanks) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto [point, length] = decode(text);
    if (length == 0)
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<std::uint8_t>(text[0]));
    else if (is_kept(point, blanks) || !(is_control(point) || misleads(point)))
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
    const auto [point, length] = decode(text);
    if (length == 0)
      out += "\xef\xbf\xbd";  // U+FFFD
    else if (point == '"' || point == '\\')
      (out += '\\') += static_cast<char>(point);
    else if (point == '\n')
      out += "\\n";
    else if (point == '\t')
      out += "\\t";
    else if (is_control(point) || misleads(point))
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint32_t>(point));
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out += '"';
}

}  // namespace oculus
