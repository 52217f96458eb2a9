#include "config/reference.hpp"

#include <fmt/format.h>

#include "model/duration.hpp"

namespace oculus::config {
namespace {

std::string kind_of(const Field& field) {
  switch (field.type) {
    case FieldType::text:
      return "text";
    case FieldType::secret:
      return "secret text";
    case FieldType::integer:
      return "whole number";
    case FieldType::number:
      return "number";
    case FieldType::boolean:
      return "true or false";
    case FieldType::duration:
      return "duration";
    case FieldType::port:
      return "port, 1 to 65535";
    case FieldType::texts:
      return "list of texts";
    case FieldType::text_map:
      return field.secret ? "keys and secret texts" : "keys and texts";
    case FieldType::choice: {
      std::string all;
      for (const std::string_view choice : field.choices) all += fmt::format("{}`{}`", all.empty() ? "" : ", ", choice);
      return all;
    }
    case FieldType::section:
      return "section";
    case FieldType::any:
      return "see help";
  }
  return {};
}

std::string limits_of(const Field& field) {
  std::string text;
  const auto say = [&](std::string_view word, const std::string& value) {
    text += fmt::format(", {} {}", word, value);
  };
  if (field.least > -1e300) say("at least", fmt::format("{}", field.least));
  if (field.most < 1e300) say("at most", fmt::format("{}", field.most));
  if (field.shortest > std::chrono::microseconds{0}) say("at least", to_string(field.shortest));
  if (field.longest < std::chrono::microseconds::max()) say("at most", to_string(field.longest));
  return text;
}

/// A bar would end the cell.
std::string cell(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|') safe += '\\';
    safe += c;
  }
  return safe;
}

void append_rows(std::string& out, std::span<const Field> fields, const std::string& prefix) {
  for (const Field& field : fields) {
    if (!field.not_yet.empty()) continue;
    const std::string key = prefix + std::string(field.key);
    const std::string fallback = !field.fallback.empty() ? fmt::format("`{}`", field.fallback)
                                 : field.required        ? "required"
                                                         : "";
    out += fmt::format("| `{}` | {} | {} | {} |\n", key, cell(takes(field)), cell(fallback), cell(field.help));
    append_rows(out, field.fields, key + '.');
  }
}

}  // namespace

std::string takes(const Field& field) { return kind_of(field) + limits_of(field); }

std::string reference_markdown(std::span<const Field> fields) {
  std::string out = "| key | takes | default | |\n| --- | --- | --- | --- |\n";
  append_rows(out, fields, "");
  return out;
}

}  // namespace oculus::config
