#include "web/target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/utf8.hpp"
#include "web/http.hpp"

namespace oculus::web {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control_byte(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool climbs(std::string_view path) {
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find_first_of("/\\", at), path.size());
    if (const std::string_view part = path.substr(at, end - at); part == "." || part == "..") return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

std::optional<std::string> decode_percent(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (!is_utf8(decoded)) return std::nullopt;
  return decoded;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    auto name = decode_percent(part.substr(0, equals), true);
    auto value = decode_percent(part.substr(std::min(equals + 1, part.size())), true);
    if (!name || !value) return std::nullopt;
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

std::string encode_percent(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool unreserved = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                            std::string_view("-._~").find(c) != std::string_view::npos;
    if (unreserved)
      encoded += c;
    else
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::expected<Target, std::string_view> parse_target(std::string_view text) {
  Target target;
  if (std::ranges::any_of(
          text, [](char c) { return is_control_byte(c) || static_cast<unsigned char>(c) > 0x7E || c == ' '; }))
    return std::unexpected("the request target holds a character that must be percent-encoded");
  if (text.find('#') != std::string_view::npos) return std::unexpected("the request target holds a fragment");
  if (text == "*") {
    target.raw_path = target.path = "*";
    return target;
  }
  if (!text.starts_with('/')) {
    const std::size_t colon = text.find("://");
    const std::string_view scheme = text.substr(0, std::min(colon, text.size()));
    if (!same_word(scheme, "http") && !same_word(scheme, "https"))
      return std::unexpected("the request target is neither a path nor an http or https URL");
    text.remove_prefix(colon + 3);
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    target.authority = text.substr(0, end);
    text.remove_prefix(end);
    if (target.authority.empty() || target.authority.find('@') != std::string::npos)
      return std::unexpected("the request target has no host, or a user before it");
  }
  const std::size_t question = std::min(text.find('?'), text.size());
  target.raw_path = text.substr(0, question);
  if (target.raw_path.empty()) target.raw_path = "/";  // only in the absolute form

  auto path = decode_percent(target.raw_path);
  if (!path) return std::unexpected("the path holds an escape that is not % and two hex digits of UTF-8 without NUL");
  if (std::ranges::any_of(*path, is_control_byte)) return std::unexpected("the path holds a control character");
  if (climbs(*path)) return std::unexpected("the path holds a segment '.' or '..'");
  target.path = std::move(*path);

  auto query = parse_form(text.substr(std::min(question + 1, text.size())));
  if (!query) return std::unexpected("the query holds an escape that is not % and two hex digits of UTF-8 without NUL");
  target.query = std::move(*query);
  return target;
}

}  // namespace oculus::web
