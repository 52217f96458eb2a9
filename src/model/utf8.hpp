// UTF-8, by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace oculus {

struct Utf8Character {
  char32_t point = 0;
  std::size_t length = 0;  // in bytes; 0: the first byte begins no character
};

/// The character at the begin of `text`, which is not empty.
[[nodiscard]] Utf8Character first_character(std::string_view text) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// C0, DEL or C1.
[[nodiscard]] constexpr bool is_control(char32_t point) noexcept {
  return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

/// Reorders what stands around it (Unicode, Bidi_Control), breaks lines (U+2028, U+2029), or is not seen (U+FEFF).
[[nodiscard]] constexpr bool is_misleading(char32_t point) noexcept {
  return point == 0x061C || point == 0x200E || point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

}  // namespace oculus
