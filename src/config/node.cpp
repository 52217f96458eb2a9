#include "config/node.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/json_text.hpp"

namespace oculus::config {

const Node* Node::find(std::string_view key) const noexcept {
  const auto found = std::ranges::find(map, key, &Member::key);
  return found == map.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) noexcept {
  const auto found = std::ranges::find(map, key, &Member::key);
  return found == map.end() ? nullptr : &found->value;
}

Place Node::inside() const {
  Place first = place;
  if (quoted && first.column > 0) ++first.column;
  return first;
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::boolean:
    case Node::Kind::number:
      return node.expanded() ? in_quotes(node.raw) : node.raw.substr(0, 60);
    case Node::Kind::text:
      return in_quotes(node.raw);
  }
  return {};
}

std::string to_json(const Node& node) {
  std::string out;
  append_json(out, node);
  return out;
}

std::size_t count_nodes(const Node& node) {
  std::size_t count = 1;
  for (const Node& item : node.items) count += count_nodes(item);
  for (const auto& [key, value] : node.map) count += count_nodes(value);
  return count;
}

}  // namespace oculus::config
