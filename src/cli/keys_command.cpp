#include <fmt/format.h>

#include <optional>

#include "cli/commands.hpp"
#include "cli/key_table.hpp"
#include "collect/kinds.hpp"
#include "config/reference.hpp"
#include "model/nearest.hpp"

namespace oculus::cli {
namespace {

using config::KeyRow;

constexpr std::string_view kTop = "file";           // the keys at the top of the file
constexpr std::string_view kCommon = "collectors";  // the keys that every collector takes

/// Without what stands inside of sections.
std::vector<KeyRow> rows_at_the_top() {
  std::vector<KeyRow> rows = config::reference_rows(config::config_fields());
  std::erase_if(rows, [](const KeyRow& row) { return row.key.find('.') != std::string::npos; });
  return rows;
}

std::vector<std::string_view> group_names() {
  std::vector<std::string_view> names = {kTop};
  for (const config::Field& field : config::config_fields())
    if (field.type == config::FieldType::section) names.push_back(field.key);
  names.push_back(kCommon);
  for (const collect::CollectorKind* kind : collect::collector_kinds()) names.push_back(kind->type);
  return names;
}

std::optional<std::vector<KeyRow>> rows_of(std::string_view group) {
  if (group == kTop) return rows_at_the_top();
  if (group == kCommon) return config::reference_rows(collect::common_fields());
  if (const auto* kind = collect::find_kind(group)) return config::reference_rows(kind->fields);
  const config::Field* const section = config::find_field(config::config_fields(), group);
  if (section == nullptr || section->fields.empty()) return std::nullopt;
  return config::reference_rows(section->fields);
}

/// Every key, with the way to it.
std::vector<KeyRow> all_rows() {
  std::vector<KeyRow> rows = config::reference_rows(config::config_fields());
  const auto add = [&](std::span<const config::Field> fields, std::string_view type) {
    const auto more = config::reference_rows(fields, fmt::format("collectors.{}.", type));
    rows.insert(rows.end(), more.begin(), more.end());
  };
  add(collect::common_fields(), "*");
  for (const collect::CollectorKind* kind : collect::collector_kinds()) add(kind->fields, kind->type);
  return rows;
}

}  // namespace

int keys(const KeysOptions& options, Console& console) {
  const auto rows = options.group.empty() ? std::optional(all_rows()) : rows_of(options.group);
  if (!rows) {
    const auto names = group_names();
    const auto close = nearest(options.group, names);
    console.complain(fmt::format("there are no keys of '{}'; {}one of {}", options.group,
                                 close ? fmt::format("did you mean {}? ", *close) : "", fmt::join(names, ", ")));
    return kWrong;
  }
  console.print(options.markdown ? config::reference_markdown(*rows) : key_table(*rows, console));
  return kGood;
}

}  // namespace oculus::cli
