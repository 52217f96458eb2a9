#include "web/page/json_lines.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "web/page/words.hpp"

namespace oculus::web {
namespace {

constexpr std::size_t kMostCharacters = 8000;

void write(const boost::json::value& value, std::string& out, std::size_t depth) {
  const std::string margin(2 * depth, ' ');
  if (const auto* object = value.if_object(); object && !object->empty()) {
    for (const auto& [key, member] : *object) {
      out += margin + std::string(key) + ": ";
      const bool nested = (member.is_object() && !member.get_object().empty());
      if (nested) out += '\n';
      write(member, out, nested ? depth + 1 : depth);
    }
    return;
  }
  if (const auto* text = value.if_string())
    out += std::string_view(*text);
  else if (const auto* number = value.if_double())
    out += fmt::format("{}", *number);  // 0.25, where the library writes 2.5E-1
  else
    out += boost::json::serialize(value);
  out += '\n';
}

}  // namespace

std::string json_lines(std::string_view json) {
  boost::json::error_code failed;
  const auto value = boost::json::parse(json, failed);
  if (failed) return printable(json, kMostCharacters, true);
  std::string text;
  write(value, text, 0);
  return printable(text, kMostCharacters, true);
}

}  // namespace oculus::web
