#include "web/api/json_writer.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>
#include <iterator>

#include "model/utf8.hpp"

namespace oculus::web::api {
namespace {

bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\';
}

}  // namespace

void JsonWriter::comma() {
  if (comma_due_) out_ += ',';
  comma_due_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
  comma();
  out_ += bracket;
  comma_due_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  comma_due_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  comma();
  quoted(name);
  out_ += ':';
  comma_due_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  comma();
  quoted(text);
  return *this;
}

void JsonWriter::quoted(std::string_view text) {
  out_ += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out_ += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;

    const char c = text.front();
    std::size_t taken = 1;
    if (c == '"' || c == '\\')
      out_ += {'\\', c};
    else if (c == '\n')
      out_ += "\\n";
    else if (c == '\t')
      out_ += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20)
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
    else if ((taken = first_character(text).length) > 0)
      out_ += text.substr(0, taken);
    else
      out_ += "\xEF\xBF\xBD", taken = 1;
    text.remove_prefix(taken);
  }
  out_ += '"';
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return value(nullptr);
  std::array<char, 32> digits{};  // the longest shortest form has 24 characters
  const auto [end, status] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return raw({digits.data(), end});
}

JsonWriter& JsonWriter::value(const Tags& tags) {
  begin_object();
  for (const auto& [name, text] : tags) member(name, text);
  return end_object();
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  comma();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::checked(std::string_view json) {
  boost::system::error_code error;
  (void)boost::json::parse(json, error);
  return error ? value(json) : raw(json);
}

}  // namespace oculus::web::api
