#include "cli/probe_target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/scalar.hpp"

namespace oculus::cli {
namespace {

using config::Field;
using config::FieldType;
using config::kCommandLine;
using config::Node;

Node scalar(Node::Kind kind, std::string text, const Place& place) {
  Node node;
  node.kind = kind;
  node.text = node.raw = std::move(text);
  node.place = node.key_place = place;
  return node;
}

Node text(std::string value, const Place& place = kCommandLine) {
  return scalar(Node::Kind::text, std::move(value), place);
}

/// As YAML would read the word where a number or a yes may stand.
Node plain(std::string value, const Place& place = kCommandLine) {
  const Node::Kind kind = config::core_kind(value);
  return scalar(kind, std::move(value), place);
}

bool is_required(const collect::CollectorKind& kind, std::string_view key) {
  const Field* const field = config::find_field(kind.fields, key);
  return field != nullptr && field->required;
}

bool add_target(Node& node, const collect::CollectorKind& kind, const std::string& target, config::Problems& problems) {
  if (is_required(kind, "url")) {
    node.map.emplace_back("url", text(target.find("://") == std::string::npos ? "http://" + target : target));
    return true;
  }
  if (!is_required(kind, "port")) {
    node.map.emplace_back("host", text(target));
    return true;
  }
  const std::size_t colon = target.rfind(':');
  std::string host = target.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (colon == std::string::npos || host.empty() || (!bracketed && host.find(':') != std::string::npos)) {
    problems.add({ErrorKind::invalid, fmt::format("{} names no port", config::in_quotes(target)),
                  "HOST:PORT, as in 127.0.0.1:6379 or [::1]:6379", kCommandLine});
    return false;
  }
  if (bracketed) host = host.substr(1, host.size() - 2);
  node.map.emplace_back("host", text(std::move(host)));
  node.map.emplace_back("port", plain(target.substr(colon + 1)));
  return true;
}

/// `Name: value`
void add_entry(Node& map, const std::string& entry, const Place& place, config::Problems& problems) {
  const std::size_t colon = entry.find(':');
  if (colon == std::string::npos || colon == 0) {
    problems.add({ErrorKind::invalid, fmt::format("{} has no name and value", config::in_quotes(entry)),
                  "\"Name: value\"", place});
    return;
  }
  const std::size_t value = entry.find_first_not_of(' ', colon + 1);
  map.map.emplace_back(entry.substr(0, colon), text(value == std::string::npos ? "" : entry.substr(value), place));
}

Node value_of(const Field& field, const std::vector<std::string>& words, const Place& place,
              config::Problems& problems) {
  if (field.type != FieldType::texts && field.type != FieldType::text_map)
    return field.type == FieldType::text || field.type == FieldType::secret ? text(words.back(), place)
                                                                            : plain(words.back(), place);
  Node node;
  node.place = node.key_place = place;
  node.kind = field.type == FieldType::texts ? Node::Kind::list : Node::Kind::map;
  for (const std::string& word : words) {
    if (field.type == FieldType::texts)
      node.items.push_back(text(word, place));
    else
      add_entry(node, word, place, problems);
  }
  return node;
}

std::string dashed(std::string_view key) {
  std::string name(key);
  std::ranges::replace(name, '_', '-');
  return name;
}

}  // namespace

std::vector<const Field*> probe_fields(const collect::CollectorKind& kind) {
  std::vector<const Field*> out;
  if (const Field* timeout = config::find_field(collect::common_fields(), "timeout")) out.push_back(timeout);
  for (const Field& field : kind.fields)
    if (!field.required && field.not_yet.empty() && field.type != FieldType::section && field.type != FieldType::any)
      out.push_back(&field);
  return out;
}

bool turns_off(const Field& field) { return field.type == FieldType::boolean && field.fallback == "true"; }

std::string option_names(const Field& field) {
  const std::string name = dashed(field.key);
  if (field.type == FieldType::boolean) {
    if (!turns_off(field)) return fmt::format("--{}", name);
    return fmt::format("--no-{}{}", name, name == "verify" ? ",--insecure" : "");  // as curl has it
  }
  const bool several = field.type == FieldType::texts || field.type == FieldType::text_map;
  return several && name.ends_with('s') ? fmt::format("--{},--{}", name.substr(0, name.size() - 1), name)
                                        : fmt::format("--{}", name);
}

std::optional<Node> probe_node(const collect::CollectorKind& kind, const ProbeOptions& options,
                               config::Problems& problems) {
  Node node;
  node.kind = Node::Kind::map;
  node.place = kCommandLine;
  node.map.emplace_back("name", text("probe"));
  if (!add_target(node, kind, options.target, problems)) return std::nullopt;
  const auto known = probe_fields(kind);
  for (const auto& [key, words] : options.keys) {
    const auto field = std::ranges::find(known, key, &Field::key);
    if (field != known.end()) node.map.emplace_back(key, value_of(**field, words, Place{"--" + dashed(key)}, problems));
  }
  return problems.none() ? std::optional(std::move(node)) : std::nullopt;
}

}  // namespace oculus::cli
