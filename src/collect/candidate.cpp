#include "collect/candidate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "collect/collector_spec.hpp"
#include "model/nearest.hpp"

namespace oculus::collect {
namespace {

constexpr std::string_view kLaterType = "api";  // known, and refused until values of JSON answers can be read

// What a row says in columns of its own does not stand in its `config` once more.
std::string settings_json(config::Node map) {
  constexpr std::array<std::string_view, 3> kColumns = {"name", "group", "enabled"};
  std::erase_if(map.map, [&](const auto& entry) { return std::ranges::find(kColumns, entry.key) != kColumns.end(); });
  return config::to_json(map);
}

}  // namespace

const CollectorKind* known_kind(const std::string& type, const Place& place, config::Problems& problems) {
  if (const CollectorKind* kind = find_kind(type)) return kind;
  std::vector<std::string_view> types;
  for (const CollectorKind* kind : collector_kinds()) types.push_back(kind->type);
  if (type == kLaterType) {
    problems.add(
        {ErrorKind::invalid,
         fmt::format("collectors of type '{}' are not yet supported: values of JSON answers arrive with a later "
                     "version",
                     type),
         fmt::format("leave it out for now; the types are {}", fmt::join(types, ", ")), place});
    return nullptr;
  }
  const auto close = nearest(type, types);
  problems.add(Error{ErrorKind::invalid, fmt::format("there is no collector of type '{}'", type.substr(0, 60)),
                     close ? fmt::format("did you mean {}? The types are {}", *close, fmt::join(types, ", "))
                           : fmt::format("one of {}", fmt::join(types, ", ")),
                     place});
  return nullptr;
}

std::optional<Candidate> make_candidate(const std::string& type, const config::Node& node, std::string source,
                                        const Parts& parts, config::Problems& problems) {
  const CollectorKind* const kind = known_kind(type, node.place, problems);
  if (kind == nullptr) return std::nullopt;
  auto spec = read_spec(type, node, problems);
  if (!spec) return std::nullopt;
  auto collector = kind->make(*spec, parts, problems);
  if (collector == nullptr) return std::nullopt;
  Candidate made;
  made.row = {.type = type,
              .name = spec->name,
              .source = std::move(source),
              .enabled = spec->enabled,
              .group = spec->group,
              .config = settings_json(node)};
  made.enrolment = {type, spec->name, spec->group, spec->schedule, spec->timeout, spec->retries, spec->retry_interval};
  made.collector = std::move(collector);
  return made;
}

}  // namespace oculus::collect
