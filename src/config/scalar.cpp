#include "config/scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace oculus::config {
namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

/// Takes digits off the front and says how many there were.
std::size_t take_digits(std::string_view& text) {
  const auto count = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
  text.remove_prefix(count);
  return count;
}

bool is_integer(std::string_view text) {
  const auto all = [](std::string_view digits, auto belongs) {
    return !digits.empty() && std::ranges::all_of(digits, belongs);
  };
  if (text.starts_with("0o")) return all(text.substr(2), [](char c) { return c >= '0' && c <= '7'; });
  if (text.starts_with("0x"))
    return all(text.substr(2), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
  return all(without_sign(text), is_digit);
}

bool is_float(std::string_view text) {
  text = without_sign(text);
  std::size_t digits = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits(text);
  }
  if (digits == 0) return false;
  if (!text.starts_with('e') && !text.starts_with('E')) return text.empty();
  text = without_sign(text.substr(1));
  return take_digits(text) > 0 && text.empty();
}

}  // namespace

Node::Kind core_kind(std::string_view plain) {
  if (one_of(plain, {"", "~", "null", "Null", "NULL"})) return Node::Kind::null;
  if (to_flag(plain)) return Node::Kind::boolean;
  if (is_integer(plain) || is_float(plain)) return Node::Kind::number;
  if (one_of(without_sign(plain), {".inf", ".Inf", ".INF"}) || one_of(plain, {".nan", ".NaN", ".NAN"}))
    return Node::Kind::number;
  return Node::Kind::text;
}

std::optional<std::int64_t> to_integer(std::string_view text) {
  if (!is_integer(text)) return std::nullopt;
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0o")) {
    base = text[1] == 'x' ? 16 : 8;
    text.remove_prefix(2);
  } else if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, value, base);
  if (status != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::optional<double> to_number(std::string_view text) {
  if (const auto whole = to_integer(text)) return static_cast<double>(*whole);
  if (!is_float(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, value);
  if (status != std::errc() || rest != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<bool> to_flag(std::string_view text) {
  if (one_of(text, {"true", "True", "TRUE"})) return true;
  if (one_of(text, {"false", "False", "FALSE"})) return false;
  return std::nullopt;
}

}  // namespace oculus::config
