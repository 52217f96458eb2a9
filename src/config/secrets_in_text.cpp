#include "config/secrets_in_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "config/source_text.hpp"

namespace oculus::config {
namespace {

constexpr std::array<std::string_view, 8> kSecretWords = {"token",   "password", "passwd",        "secret",
                                                          "webhook", "api_key",  "authorization", "cookie"};

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

/// Behind the value that begins at `begin`; in doubt, the end of the line.
std::size_t end_of_value(std::string_view line, std::size_t begin) {
  const char quote = line[begin];
  if (quote == '"' || quote == '\'') {
    for (std::size_t i = begin + 1; i < line.size(); ++i) {
      if (line[i] == '\\' && quote == '"') {
        ++i;
      } else if (line[i] == quote) {
        if (i + 1 >= line.size() || line[i + 1] != quote) return i + 1;
        ++i;  // a doubled quote is part of the value
      }
    }
    return line.size();
  }
  for (std::size_t i = begin; i < line.size(); ++i) {
    if (line[i] == '$' && i + 1 < line.size() && line[i + 1] == '{')
      i = std::min(line.find('}', i), line.size() - 1);
    else if (line[i] == ',' || line[i] == '}' || line[i] == ']' || (line[i] == '#' && i > 0 && line[i - 1] == ' '))
      return i;
  }
  return line.size();
}

bool only_a_variable(std::string_view value) {
  const auto open = value.find("${");
  const auto close = value.find('}');
  if (open == std::string_view::npos || close == std::string_view::npos || value.find(":-") < close) return false;
  const std::string_view around = value.substr(0, open);
  const std::string_view behind = value.substr(close + 1);
  const auto harmless = [](std::string_view text) { return text.find_first_not_of("\"' ") == std::string_view::npos; };
  return harmless(behind) && (harmless(around) || around.ends_with("Bearer ") || around.ends_with("Basic "));
}

void mask(std::string& line, std::size_t begin, std::size_t end) {
  const std::string_view value = std::string_view(line).substr(begin, end - begin);
  if (only_a_variable(value)) return;
  std::string stars;
  for (const std::string_view character : Characters(value))
    stars += character == "\"" || character == "'" || character == " " ? std::string(character) : "*";
  line.replace(begin, end - begin, stars);
}

}  // namespace

void mask_value_at(std::string& line, std::size_t column) {
  std::size_t offset = 0;
  for (const std::string_view character : Characters(line)) {
    if (column == 0) break;
    --column;
    offset += character.size();
  }
  if (offset < line.size()) mask(line, offset, end_of_value(line, offset));
}

void mask_likely_secrets(std::string& line) {
  std::string low = line;
  std::ranges::transform(low, low.begin(), lower);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != ':' && line[i] != '=') continue;
    std::size_t end = i;
    while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '"' || line[end - 1] == '\'')) --end;
    std::size_t begin = end;
    while (begin > 0 && is_word(line[begin - 1])) --begin;
    const std::string_view key = std::string_view(low).substr(begin, end - begin);
    const bool secret = key.ends_with("-key") || std::ranges::any_of(kSecretWords, [&](std::string_view word) {
                          return key.find(word) != std::string_view::npos;
                        });
    const std::size_t value = line.find_first_not_of(" \t", i + 1);
    if (!secret || value == std::string::npos || line[value] == '{' || line[value] == '[') continue;
    mask(line, value, end_of_value(line, value));
  }
  mask_url_passwords(line);
}

void mask_url_passwords(std::string& text) {
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const std::size_t begin = at + 3;
    const std::size_t end = std::min(text.find_first_of("/?# \t\"'", begin), text.size());
    const std::size_t sign = text.rfind('@', end == 0 ? 0 : end - 1);
    if (sign == std::string::npos || sign < begin) continue;
    std::string stars;
    for ([[maybe_unused]] const std::string_view character :
         Characters(std::string_view(text).substr(begin, sign - begin)))
      stars += '*';
    text.replace(begin, sign - begin, stars);
  }
}

}  // namespace oculus::config
