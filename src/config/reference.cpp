#include "config/reference.hpp"

#include <fmt/format.h>

#include <string_view>

namespace oculus::config {
namespace {

/// A bar would end the cell.
std::string cell(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string code(std::string_view text) { return text.empty() ? std::string() : fmt::format("`{}`", cell(text)); }

void append_rows(std::vector<KeyRow>& rows, std::span<const Field> fields, const std::string& prefix) {
  for (const Field& field : fields) {
    if (!field.not_yet.empty()) continue;
    const std::string key = prefix + std::string(field.key);
    rows.push_back({key, field.form.empty() ? takes(field) : std::string(field.form),
                    std::string(field.required ? "required" : field.fallback), std::string(field.example),
                    std::string(field.help)});
    append_rows(rows, field.fields, key + '.');
  }
}

}  // namespace

std::vector<KeyRow> reference_rows(std::span<const Field> fields, const std::string& prefix) {
  std::vector<KeyRow> rows;
  append_rows(rows, fields, prefix);
  return rows;
}

std::string reference_markdown(std::span<const KeyRow> rows) {
  std::string out = "| key | takes | default | example | what it is |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& [key, takes, fallback, example, help] : rows)
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", key, cell(takes),
                       fallback == "required" ? fallback : code(fallback), code(example), cell(help));
  return out;
}

}  // namespace oculus::config
