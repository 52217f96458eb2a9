#include "config/collector_entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "config/source_text.hpp"

namespace oculus::config {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kMostEntryNodes = 1'000'000;
constexpr std::string_view kTarget = "{{target}}";
constexpr std::string_view kShapes = "lists of collectors by type, or a list whose entries carry `type:`";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

void fill_in(Node& node, const Node& target) {
  replace_all(node.text, kTarget, target.text);
  replace_all(node.raw, kTarget, target.raw);
  for (Node& item : node.items) fill_in(item, target);
  for (auto& [key, value] : node.map) fill_in(value, target);
}

bool mentions_target(const Node* node) { return node != nullptr && node->raw.find(kTarget) != std::string::npos; }

/// The first text in which a target would be filled in. A body may say `{{target}}` to somebody else.
const Node* first_hole(const Node& node) {
  if (mentions_target(&node)) return &node;
  for (const Node& item : node.items)
    if (const Node* const hole = first_hole(item)) return hole;
  for (const auto& [key, value] : node.map)
    if (key != "body")
      if (const Node* const hole = first_hole(value)) return hole;
  return nullptr;
}

void remove(Node& map, std::string_view key) {
  std::erase_if(map.map, [&](const auto& entry) { return entry.key == key; });
}

void set(Node& map, const std::string& key, const Node& value) {
  if (Node* present = map.find(key)) {
    *present = value;
  } else {
    map.map.emplace_back(key, value);
  }
}

/// `interval` and `cron` exclude each other, so a default of one gives way to the other.
bool gives_way(const std::string& key, const Node& entry) {
  return (key == "interval" && entry.find("cron") != nullptr) || (key == "cron" && entry.find("interval") != nullptr);
}

void lay_under(Node& entry, const Node& defaults) {
  const Node own = entry;
  for (const auto& [key, value] : defaults.map) {
    const Node* written = own.find(key);
    if (written == nullptr) {
      if (!gives_way(key, own)) entry.map.emplace_back(key, value);
    } else if (key == "tags" && written->kind == Node::Kind::map && value.kind == Node::Kind::map) {
      Node tags = value;
      tags.place = written->place;
      tags.key_place = written->key_place;
      for (const auto& [tag, text] : written->map) set(tags, tag, text);
      set(entry, key, tags);
    }
  }
}

}  // namespace

std::string fault_of_name(const Node& name) {
  if (!name.is_scalar()) return fmt::format("the name is {}", describe(name));
  const std::size_t length = count_characters(name.text);
  if (length == 0) return "the name is empty";
  if (length > kLongestName) return fmt::format("the name has {} characters", length);
  if (const auto foreign = first_foreign_byte(name.text);
      foreign || name.text.find_first_of("\t\r\n") != std::string::npos)
    return fmt::format("the name {} holds a control character", in_quotes(name.raw));
  return {};
}

void CollectorEntries::problem(std::string what, std::string expected, Place at) {
  problems_.add({ErrorKind::invalid, std::move(what), std::move(expected), std::move(at)});
}

void CollectorEntries::add(const Node& collectors) {
  if (collectors.kind == Node::Kind::null) return;
  if (collectors.kind == Node::Kind::list) {
    for (const Node& entry : collectors.items) add_entry(entry, {});
    return;
  }
  if (collectors.kind != Node::Kind::map) {
    problem(fmt::format("collectors is {}", describe(collectors)), std::string(kShapes), collectors.place);
    return;
  }
  for (const auto& [type, list] : collectors.map) {
    if (list.kind == Node::Kind::null) continue;
    if (list.kind == Node::Kind::list) {
      for (const Node& entry : list.items) add_entry(entry, {type, list.key_place});
    } else if (type == "collectors") {
      problem("the key 'collectors' stands in an included file", "what stands under that key: " + std::string(kShapes),
              list.key_place);
    } else {
      problem(fmt::format("collectors of type {} are {}", in_quotes(type), describe(list)),
              "a list of collectors, each a map with a name", list.place);
    }
  }
}

void CollectorEntries::add_entry(const Node& written, Type type) {
  if (written.kind != Node::Kind::map) {
    problem(fmt::format("a collector is {}", describe(written)), "a map with a name", written.place);
    return;
  }
  Node entry = written;
  if (const Node* own = entry.find("type")) {
    if (!own->is_scalar() || own->text.empty() || (!type.name.empty() && own->text != type.name)) {
      problem(fmt::format("the type of a collector is {}", describe(*own)),
              type.name.empty() ? "a type, such as http"
                                : fmt::format("no `type`, or {}, under which it stands", in_quotes(type.name)),
              own->place);
      return;
    }
    type = {own->text, own->place};
    remove(entry, "type");
  }
  if (type.name.empty()) {
    problem("a collector has no 'type'", "type: http, tcp, ping, …", entry.place);
    return;
  }
  for (const auto& [of_type, defaults] : defaults_)
    if (of_type == type.name) lay_under(entry, defaults);
  add_targets(type, std::move(entry));
}

void CollectorEntries::add_targets(const Type& type, Node entry) {
  const Node* const targets = entry.find("targets");
  if (targets == nullptr || targets->kind == Node::Kind::null) {
    remove(entry, "targets");
    if (const Node* const hole = first_hole(entry)) {
      problem(fmt::format("{} waits for targets, and there are none", describe(*hole)),
              "targets: [a, b], of which each is filled in", hole->place);
      return;
    }
    Place place = entry.place;
    add_checked(type, std::move(entry), std::move(place));
    return;
  }
  std::vector<Node> list = targets->items;
  if (targets->is_scalar()) list = {*targets};
  const Place at = targets->place;
  if (list.empty()) {
    problem(fmt::format("targets is {}", targets->kind == Node::Kind::list ? "an empty list" : describe(*targets)),
            "a list of texts", at);
    return;
  }
  const Node* const name = entry.find("name");
  if (list.size() > 1 && name != nullptr && name->is_scalar() && !mentions_target(name)) {
    problem(fmt::format("all {} targets would have the name {}", list.size(), in_quotes(name->raw)),
            "a name with {{target}} in it, where each target is filled in", name->place);
    return;
  }
  remove(entry, "targets");
  const std::size_t nodes = count_nodes(entry);
  for (const Node& target : list) {
    if (target.unresolved) continue;
    if (!target.is_scalar() || target.text.empty()) {
      problem(fmt::format("a target is {}", describe(target)), "a text", target.place);
      continue;
    }
    if (nodes_ + nodes > kMostEntryNodes) {
      problem(fmt::format("{} targets are too many for this collector", list.size()), "fewer targets or fewer keys",
              at);
      return;
    }
    Node filled = entry;
    fill_in(filled, target);
    add_checked(type, std::move(filled), target.place);
  }
}

void CollectorEntries::add_checked(const Type& type, Node entry, Place place) {
  nodes_ += count_nodes(entry);
  const Node* const name = entry.find("name");
  if (name == nullptr || name->kind == Node::Kind::null) {
    problem(fmt::format("a collector of type {} has no 'name'", in_quotes(type.name)), "name: 1 to 200 characters",
            entry.place);
    return;
  }
  if (name->unresolved) return;
  if (std::string fault = fault_of_name(*name); !fault.empty()) {
    problem(std::move(fault), "a name of 1 to 200 characters without control characters", name->place);
    return;
  }
  entries_.push_back({type.name, std::move(entry), std::move(place), type.place});
}

std::vector<CollectorEntry> CollectorEntries::take() {
  std::map<std::pair<std::string, std::string>, Place> seen;
  std::vector<CollectorEntry> unique;
  for (CollectorEntry& entry : entries_) {
    const Node& name = *entry.node.find("name");
    const auto [earlier, is_new] = seen.emplace(std::pair(entry.type, name.text), name.place);
    if (is_new) {
      unique.push_back(std::move(entry));
      continue;
    }
    // Targets share the place of the name; their own place tells them apart.
    const Place at = earlier->second == name.place ? entry.place : name.place;
    problems_.add({ErrorKind::conflict, fmt::format("{} {} stands twice", entry.type, in_quotes(name.raw)),
                   fmt::format("a name of its own; the first is at {}", to_string(earlier->second)), at});
  }
  entries_.clear();
  return unique;
}

CollectorEntries::Defaults read_defaults(const Node* node, Problems& problems) {
  CollectorEntries::Defaults defaults;
  const auto problem = [&](std::string what, std::string_view expected, const Place& at) {
    problems.add({ErrorKind::invalid, std::move(what), std::string(expected), at});
  };
  if (node == nullptr || node->kind == Node::Kind::null) return defaults;
  if (node->kind != Node::Kind::map) {
    problem(fmt::format("defaults is {}", describe(*node)),
            "a map of types, as in defaults: { http: { interval: 30s } }", node->place);
    return defaults;
  }
  for (const auto& [type, keys] : node->map) {
    if (keys.kind == Node::Kind::null) continue;
    if (keys.kind != Node::Kind::map) {
      problem(fmt::format("the defaults of {} are {}", in_quotes(type), describe(keys)), "a map of keys and values",
              keys.place);
      continue;
    }
    Node usable = keys;
    for (const std::string_view own : {"name", "type", "targets"}) {
      if (const Node* found = keys.find(own))
        problem(fmt::format("the defaults of {} hold '{}'", in_quotes(type), own),
                "in the collectors: it belongs to one alone", found->key_place);
      remove(usable, own);
    }
    defaults.emplace_back(type, std::move(usable));
  }
  return defaults;
}

}  // namespace oculus::config
