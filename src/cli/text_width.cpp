#include "cli/text_width.hpp"

#include <clocale>
#include <cstdint>
#include <cwchar>

#include "config/source_text.hpp"

namespace oculus::cli {
namespace {

// The C library knows Unicode's widths, but only under a UTF-8 locale, which the program does not run in.
locale_t utf8() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

wchar_t code_point(std::string_view character) {
  const auto lead = static_cast<std::uint8_t>(character[0]);
  if (character.size() == 1) return lead;
  std::uint32_t point = lead & (0x7fU >> character.size());
  for (const char c : character.substr(1)) point = point << 6 | (static_cast<std::uint8_t>(c) & 0x3fU);
  return static_cast<wchar_t>(point);
}

std::size_t width_of(std::string_view character) {
  if (character.size() == 1) return 1;
  const int width = wcwidth(code_point(character));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

// One switch for a whole text: uselocale is cheap, but not free.
class Utf8Scope {
 public:
  Utf8Scope() : before_(utf8() == locale_t() ? locale_t() : uselocale(utf8())) {}
  ~Utf8Scope() {
    if (before_ != locale_t()) uselocale(before_);
  }
  Utf8Scope(const Utf8Scope&) = delete;
  Utf8Scope& operator=(const Utf8Scope&) = delete;

 private:
  locale_t before_;
};

}  // namespace

std::size_t text_width(std::string_view text) {
  const Utf8Scope scope;
  std::size_t width = 0;
  for (const std::string_view character : config::Characters(text)) width += width_of(character);
  return width;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text_width(text) <= most) return std::string(text);
  const Utf8Scope scope;
  std::string out;
  std::size_t width = 0;
  for (const std::string_view character : config::Characters(text)) {
    width += width_of(character);
    if (width + 1 > most) break;
    out += character;
  }
  return most == 0 ? std::string() : out + "…";
}

}  // namespace oculus::cli
