#include "model/symbol.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace oculus {
namespace {

constexpr std::string_view kSymbolForm = "1 to 200 of a-z 0-9 _ . : beginning with a letter";

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool belongs(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == ':'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// One `_` for each character, not for each byte: the continuation bytes of UTF-8 vanish.
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The longest head of at most `most` bytes that ends between two characters.
std::string_view head(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && is_continuation(text[most])) --most;
  return text.substr(0, most);
}

std::string_view character_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && is_continuation(text[end])) ++end;
  return text.substr(at, end - at);
}

}  // namespace

Result<Symbol> Symbol::parse(std::string_view text, Place at) {
  if (text.empty()) return invalid("the symbol is empty", kSymbolForm, at);
  if (text.size() > kMaxLength)
    return invalid(fmt::format("the symbol '{}…' has {} bytes", head(text, 40), text.size()), kSymbolForm, at);
  const auto wrong = is_letter(text.front()) ? std::find_if_not(text.begin(), text.end(), belongs) : text.begin();
  if (wrong == text.end()) return Symbol(std::string(text));
  const auto offset = static_cast<std::size_t>(wrong - text.begin());
  at.column = std::max(at.column, 1) + static_cast<int>(offset);
  return invalid(
      fmt::format("'{}' is not a symbol: '{}' at {} does not belong", text, character_at(text, offset), offset + 1),
      kSymbolForm, at);
}

Result<Symbol> Symbol::from(std::string_view text, Place at) {
  std::string made;
  for (const char c : text)
    if (!is_continuation(c)) made += belongs(lower(c)) ? lower(c) : '_';
  return parse(made, std::move(at));
}

std::string symbol_part(std::string_view text) {
  std::string made;
  for (const char c : text)
    if (!is_continuation(c)) made += belongs(lower(c)) && c != '.' && c != ':' ? lower(c) : '_';
  return made;
}

}  // namespace oculus
