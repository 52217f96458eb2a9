#include "config/reading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/scalar.hpp"

namespace oculus::config {

void Reading::problem(std::string what, std::string_view expected, Place at) {
  problems_.add({ErrorKind::invalid, std::move(what), std::string(expected), std::move(at)});
}

bool Reading::charge(std::size_t count, const Place& at) {
  if (count <= kMostNodes - nodes_) {
    nodes_ += count;
    return true;
  }
  problem("the text holds too many values",
          fmt::format("at most {} once aliases are written out; use several files", kMostNodes), at);
  return false;
}

bool Reading::depth_allowed(std::size_t depth, const Place& at) {
  if (depth <= kDeepest) return true;
  problem("lists and maps are nested too deep", fmt::format("at most {} levels", kDeepest), at);
  return false;
}

Place Reading::find_near(std::string_view written, const Place& at) const {
  const std::string_view text = source_.text();
  std::size_t from = source_.offset(static_cast<std::size_t>(std::max(at.line, 1) - 1), 0);
  for (const std::string_view character : Characters(source_.line(at.line).substr(0, 40'000))) {
    if (from >= text.size() || place(from).column >= at.column) break;
    from += character.size();
  }
  const std::size_t found = text.find(written, from);
  return found == std::string_view::npos ? at : place(found);
}

Node Reading::scalar(Node::Kind kind, std::string text, bool quoted, bool plain, Place at) {
  Node node;
  node.kind = kind;
  node.quoted = quoted;
  node.raw = text;
  node.text = std::move(text);
  node.place = std::move(at);
  if (kind != Node::Kind::text || environment_ == nullptr || node.raw.find("${") == std::string::npos) return node;

  node.text = expand(node.raw, *environment_, [&](ExpansionFault fault) {
    node.unresolved = true;
    problem(std::move(fault.what), fault.expected, find_near(fault.written, node.place));
  });
  if (plain && node.text != node.raw)
    if (const Node::Kind now = core_kind(node.text); now == Node::Kind::number || now == Node::Kind::boolean)
      node.kind = now;
  return node;
}

bool Reading::add_key(Keys& keys, const std::string& key, const Place& at) {
  const auto [earlier, is_new] = keys.emplace(key, at);
  if (is_new) return true;
  problem(fmt::format("the key {} stands twice", in_quotes(key)),
          fmt::format("each key once; the first is at {}", to_string(earlier->second)), at);
  return false;
}

}  // namespace oculus::config
