#include "cli/sql_output.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <variant>

#include "cli/text_table.hpp"
#include "model/printable.hpp"

namespace oculus::cli {
namespace {

using store::Cell;

constexpr std::int64_t kLargestExact = std::int64_t{1} << 53;  // RFC 8259 section 6

std::string plain(const Cell& cell, std::string_view null) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return fmt::format("{}", *whole);
  if (const auto* number = std::get_if<double>(&cell)) return fmt::format("{}", *number);
  return std::string(null);
}

std::string json_cell(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return json_quoted(*text);
  if (const auto* whole = std::get_if<std::int64_t>(&cell);
      whole && (*whole > kLargestExact || *whole < -kLargestExact))
    return fmt::format("\"{}\"", *whole);
  if (const auto* number = std::get_if<double>(&cell); number && !std::isfinite(*number)) return "null";
  return plain(cell, "null");
}

std::string csv_quoted(std::string_view text) {
  if (!text.empty() && text.find_first_of("\",\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out += '"';
}

std::string csv_cell(const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? plain(cell, "") : csv_quoted(*text);
}

/// `separator` between what `write` makes of each.
template <class List, class Write>
std::string joined(const List& list, char separator, Write write) {
  std::string out;
  bool first = true;
  for (const auto& one : list) {
    if (!first) out += separator;
    first = false;
    out += write(one);
  }
  return out;
}

}  // namespace

std::string table_text(const store::SqlTable& table, std::size_t width) {
  TextTable out;
  out.titles = table.columns;
  out.right.assign(table.columns.size(), !table.rows.empty());
  for (const auto& row : table.rows) {
    std::vector<std::string>& cells = out.rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells.push_back(plain(row[i], "NULL"));
      if (std::holds_alternative<std::string>(row[i])) out.right[i] = false;
    }
  }
  return out.text(width);
}

std::string csv_text(const store::SqlTable& table) {
  std::string out = joined(table.columns, ',', csv_quoted) + '\n';
  for (const auto& row : table.rows) out += joined(row, ',', csv_cell) + '\n';
  return out;
}

std::string json_text(const store::SqlTable& table) {
  return fmt::format(
      "{{\"columns\":[{}],\"rows\":[{}],\"truncated\":{}}}\n", joined(table.columns, ',', json_quoted),
      joined(table.rows, ',', [](const auto& row) { return fmt::format("[{}]", joined(row, ',', json_cell)); }),
      table.truncated);
}

}  // namespace oculus::cli
