#include "config/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

#include "config/scalar.hpp"

namespace oculus::config {
namespace {

/// RFC 8259 section 6.
bool is_json_number(std::string_view text) {
  const auto digits = [&] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  const auto take = [&](std::string_view any) {
    const bool found = !text.empty() && any.find(text.front()) != std::string_view::npos;
    if (found) text.remove_prefix(1);
    return found;
  };
  take("-");
  if (!take("0") && digits() == 0) return false;
  if (take(".") && digits() == 0) return false;
  if (take("eE")) {
    take("+-");
    if (digits() == 0) return false;
  }
  return text.empty();
}

/// As written, where JSON writes it so: `1.10` as a tag is not `1.1`. YAML and TOML know more ways: `+5`, `.5`, `0x1f`,
/// `007`.
void append_number(std::string& out, const std::string& raw) {
  if (is_json_number(raw) && to_number(raw)) {
    out += raw;
  } else if (const auto whole = to_integer(raw)) {
    out += fmt::format("{}", *whole);
  } else if (const auto number = to_number(raw)) {
    out += fmt::format("{}", *number);
  } else {
    append_json(out, std::string_view(raw));  // not finite, or beyond what a number holds
  }
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  out += boost::json::serialize(boost::json::string_view(text));
}

void append_json(std::string& out, const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      out += "null";
      return;
    case Node::Kind::boolean:
      if (!node.expanded()) {
        out += to_flag(node.raw).value_or(false) ? "true" : "false";
        return;
      }
      [[fallthrough]];
    case Node::Kind::text:
      append_json(out, std::string_view(node.raw));
      return;
    case Node::Kind::number:
      if (node.expanded()) {
        append_json(out, std::string_view(node.raw));
      } else {
        append_number(out, node.raw);
      }
      return;
    case Node::Kind::list: {
      out += '[';
      for (const Node& item : node.items) {
        if (&item != &node.items.front()) out += ',';
        append_json(out, item);
      }
      out += ']';
      return;
    }
    case Node::Kind::map: {
      out += '{';
      for (const auto& entry : node.map) {
        if (&entry != &node.map.front()) out += ',';
        append_json(out, std::string_view(entry.key));
        out += ':';
        append_json(out, entry.value);
      }
      out += '}';
      return;
    }
  }
}

}  // namespace oculus::config
