#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/key_table.hpp"
#include "cli/text_table.hpp"
#include "collect/kinds.hpp"
#include "config/reference.hpp"
#include "model/nearest.hpp"

namespace oculus::cli {
namespace {

int unknown_type(const std::string& type, const Console& console) {
  std::vector<std::string_view> types;
  for (const collect::CollectorKind* kind : collect::collector_kinds()) types.push_back(kind->type);
  const auto close = nearest(type, types);
  console.complain(fmt::format("there is no collector of type '{}'; {}the types are {}", type,
                               close ? fmt::format("did you mean {}? ", *close) : "", fmt::join(types, ", ")));
  return kWrong;
}

}  // namespace

int collectors(const std::string& type, Console& console) {
  if (!type.empty()) {
    if (collect::find_kind(type) == nullptr) return unknown_type(type, console);
    console.print(key_table(config::reference_rows(collect::fields_of(type)), console));
    return kGood;
  }
  TextTable kinds{{"type", "what it watches"}, {}, {false, false}};
  for (const collect::CollectorKind* kind : collect::collector_kinds())
    kinds.rows.push_back({std::string(kind->type), std::string(kind->summary)});
  console.print(kinds.text(0));
  console.print("\n`oculus collectors TYPE` lists the keys of one.\n");
  return kGood;
}

}  // namespace oculus::cli
