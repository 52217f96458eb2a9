#include "config/source_text.hpp"

#include <algorithm>
#include <cstdint>

namespace oculus::config {
namespace {

/// Length of the well-formed UTF-8 sequence (RFC 3629, section 4) that `text` begins with; 0 when it begins with none.
std::size_t sequence_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return text.empty() ? 0 : 1;
  if (lead >= 0xc2 && lead <= 0xdf) return tail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool overlong = lead == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = lead == 0xed && byte(1) > 0x9f;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const bool overlong = lead == 0xf0 && byte(1) < 0x90;
    const bool too_large = lead == 0xf4 && byte(1) > 0x8f;
    return tail(1) && tail(2) && tail(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::size_t Characters::iterator::length() const noexcept { return std::max<std::size_t>(1, sequence_length(rest_)); }

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for ([[maybe_unused]] const std::string_view character : Characters(text)) ++count;
  return count;
}

SourceText::SourceText(std::string_view text) : text_(text), begins_{0} {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') begins_.push_back(i + 1);
}

Place SourceText::place(std::size_t offset, const std::string& file) const {
  offset = std::min(offset, text_.size());
  const auto next = std::ranges::upper_bound(begins_, offset);
  const std::size_t begin = *(next - 1);
  // A line of megabytes would make each of its many values count from its start.
  constexpr std::size_t kFarthest = 10'000;
  const std::size_t column =
      offset - begin > kFarthest ? offset - begin : count_characters(text_.substr(begin, offset - begin));
  return {file, static_cast<int>(next - begins_.begin()), static_cast<int>(column + 1)};
}

std::size_t SourceText::offset(std::size_t line, std::size_t column) const {
  if (line >= begins_.size()) return text_.size();
  return std::min(begins_[line] + column, text_.size());
}

std::string_view SourceText::line(int number) const {
  if (number < 1 || static_cast<std::size_t>(number) > begins_.size()) return {};
  const std::size_t begin = begins_[static_cast<std::size_t>(number) - 1];
  std::string_view line = text_.substr(begin, text_.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<std::size_t> first_foreign_byte(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) return i;
    const std::size_t length = c < 0x80 ? 1 : sequence_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

}  // namespace oculus::config
