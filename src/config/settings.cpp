#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "config/address_text.hpp"
#include "config/scalar.hpp"
#include "model/duration.hpp"
#include "model/nearest.hpp"

namespace oculus::config {
namespace {

using std::chrono::microseconds;

std::string shown(const Field& field, const Node& node) {
  const bool hidden = is_secret(field) && node.is_scalar();
  return hidden ? fmt::format("'{}'", kMasked) : describe(node);
}

std::string joined(std::span<const std::string_view> words) { return fmt::format("{}", fmt::join(words, ", ")); }

/// What a value of the field looks like, as messages say it.
std::string expectation(const Field& field) {
  switch (field.type) {
    case FieldType::boolean:
    case FieldType::any:
      return takes(field);
    case FieldType::choice:
      return "one of " + joined(field.choices);
    case FieldType::host:
      return "a host name or address, without scheme, port and path";
    default:
      return "a " + takes(field);
  }
}

bool within(const Field& field, double value) { return value >= field.least && value <= field.most; }
bool within(const Field& field, microseconds value) { return value >= field.shortest && value <= field.longest; }
bool is_port(const std::optional<std::int64_t>& value) { return value && *value >= 1 && *value <= 65535; }

/// Holds one map against its fields; a section is another.
class Check {
 public:
  Check(std::string_view what, Problems& problems)
      : what_(what.empty() ? "the configuration" : what),
        prefix_(what.empty() ? "" : fmt::format("{}: ", what)),
        problems_(problems) {}

  void map(const Node& node, std::span<const Field> fields) {
    if (node.kind != Node::Kind::map && node.kind != Node::Kind::null) {
      problem(fmt::format("{} is {}", what_, describe(node)), "a map of keys and values", node.place);
      return;
    }
    for (const auto& [key, value] : node.map) {
      const Field* known = find_field(fields, key);
      if (known == nullptr) {
        unknown(key, value, fields);
      } else if (!known->not_yet.empty()) {
        problem(fmt::format("{}{} is not yet supported: {}", prefix_, in_quotes(key), known->not_yet),
                "leave it out for now", value.key_place);
      } else {
        this->value(*known, value);
      }
    }
    for (const Field& field : fields) {
      const Node* written = node.find(field.key);
      if (!field.required || (written != nullptr && written->kind != Node::Kind::null)) continue;
      problem(fmt::format("{} has no '{}'", what_, field.key), fmt::format("{}: {}", field.key, field.help),
              written != nullptr ? written->key_place : node.place);
    }
  }

 private:
  void problem(std::string what, std::string expected, Place at) {
    problems_.add({ErrorKind::invalid, std::move(what), std::move(expected), std::move(at)});
  }

  void unknown(const std::string& key, const Node& value, std::span<const Field> fields) {
    std::vector<std::string_view> known;
    for (const Field& field : fields)
      if (field.not_yet.empty()) known.push_back(field.key);
    const auto near = nearest(key, known);
    problem(fmt::format("{} has no key {}", what_, in_quotes(key)),
            near ? fmt::format("the nearest known key is {}", *near) : fmt::format("one of {}", joined(known)),
            value.key_place);
  }

  void wrong(const Field& field, const Node& node) {
    problem(fmt::format("{}'{}' is {}", prefix_, field.key, shown(field, node)), expectation(field), node.place);
  }

  void value(const Field& field, const Node& node) {
    if (is_secret(field)) hide(node);
    if (node.unresolved) return;
    if (node.kind == Node::Kind::null) return;  // `key:` with nothing behind it means the default
    switch (field.type) {
      case FieldType::any:
        return;
      case FieldType::section:
        section(field, node);
        return;
      case FieldType::text:
      case FieldType::secret:
        if (!node.is_scalar()) wrong(field, node);
        return;
      case FieldType::texts:
        texts(field, node);
        return;
      case FieldType::text_map:
        text_map(field, node);
        return;
      case FieldType::duration:
        duration(field, node);
        return;
      default:
        if (!node.is_scalar() || !fits(field, node.text)) wrong(field, node);
    }
  }

  static bool fits(const Field& field, std::string_view text) {
    switch (field.type) {
      case FieldType::integer: {
        const auto whole = to_integer(text);
        return whole && within(field, static_cast<double>(*whole));
      }
      case FieldType::number: {
        const auto number = to_number(text);
        return number && within(field, *number);
      }
      case FieldType::boolean:
        return to_flag(text).has_value();
      case FieldType::port:
        return is_port(to_integer(text));
      case FieldType::host:
        return is_target(text);
      case FieldType::choice:
        return std::ranges::find(field.choices, text) != field.choices.end();
      default:
        return true;
    }
  }

  void duration(const Field& field, const Node& node) {
    const auto length = read_duration(node, fmt::format("{}'{}'", prefix_, field.key));
    if (!length) {
      problems_.add(length.error());
    } else if (!within(field, *length)) {
      wrong(field, node);
    }
  }

  void section(const Field& field, const Node& node) {
    const std::string inner = fmt::format("{}{}", prefix_, field.key);
    Check(inner, problems_).map(node, field.fields);
  }

  void texts(const Field& field, const Node& node) {
    if (node.is_scalar()) return;
    if (node.kind != Node::Kind::list) {
      wrong(field, node);
      return;
    }
    for (const Node& item : node.items)
      if (!item.is_scalar()) wrong(field, item);
  }

  void text_map(const Field& field, const Node& node) {
    if (node.kind != Node::Kind::map) {
      wrong(field, node);
      return;
    }
    for (const auto& [key, item] : node.map)
      if (!item.is_scalar())
        problem(fmt::format("{}{} in '{}' is {}", prefix_, in_quotes(key), field.key, describe(item)), "a text",
                item.place);
  }

  void hide(const Node& node) {
    if (node.is_scalar()) problems_.hide(node.place);
    for (const Node& item : node.items) hide(item);
    for (const auto& [key, item] : node.map) hide(item);
  }

  std::string_view what_;
  std::string prefix_;
  Problems& problems_;
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(", "), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return parts;
}

}  // namespace

Result<microseconds> read_duration(const Node& node, std::string_view what) {
  constexpr std::string_view kExpected = "a duration: whole numbers with ms, s, m, h, d, w or y, as in 30s or 1h30m";
  if (!node.is_scalar()) return invalid(fmt::format("{} is {}", what, describe(node)), kExpected, node.place);
  auto length = parse_duration(node.text, node.inside());
  if (length) return length;
  // What a variable holds is not repeated; the text that names it is.
  if (node.expanded())
    return invalid(fmt::format("{} is {}, which is no duration", what, describe(node)), kExpected, node.place);
  return invalid(fmt::format("{}: {}", what, length.error().what), length.error().expected, length.error().place);
}

Settings Settings::read(const Node& node, std::span<const Field> fields, std::string_view what, Problems& problems) {
  Check(what, problems).map(node, fields);
  Settings settings;
  settings.node_ = node;
  settings.fields_ = fields;
  return settings;
}

const Field& Settings::field(std::string_view key) const {
  const Field* found = find_field(fields_, key);
  assert(found != nullptr && "BUG: a key that no field declares");
  static constexpr Field kNone{};
  return found != nullptr ? *found : kNone;
}

std::string_view Settings::written_or_fallback(std::string_view key) const {
  const Node* written = node(key);
  return written != nullptr && written->is_scalar() ? std::string_view(written->text) : field(key).fallback;
}

bool Settings::has(std::string_view key) const {
  const Node* written = node(key);
  return written != nullptr && written->kind != Node::Kind::null;
}

const Node* Settings::node(std::string_view key) const {
  (void)field(key);
  return node_.find(key);
}

std::optional<std::string> Settings::text(std::string_view key) const {
  const Node* written = node(key);
  const Field& wanted = field(key);
  const auto fits = [&](std::string_view text) {
    return wanted.type != FieldType::choice || std::ranges::find(wanted.choices, text) != wanted.choices.end();
  };
  if (written != nullptr && written->is_scalar() && fits(written->text)) return written->text;
  if (wanted.fallback.empty()) return std::nullopt;
  return std::string(wanted.fallback);
}

std::optional<std::int64_t> Settings::integer(std::string_view key) const {
  const Field& wanted = field(key);
  const auto whole = to_integer(written_or_fallback(key));
  const bool fits =
      wanted.type == FieldType::port ? is_port(whole) : whole && within(wanted, static_cast<double>(*whole));
  return fits ? whole : to_integer(wanted.fallback);
}

std::optional<double> Settings::number(std::string_view key) const {
  const auto number = to_number(written_or_fallback(key));
  return number && within(field(key), *number) ? number : to_number(field(key).fallback);
}

bool Settings::flag(std::string_view key) const {
  const auto written = to_flag(written_or_fallback(key));
  return written ? *written : to_flag(field(key).fallback).value_or(false);
}

std::optional<microseconds> Settings::duration(std::string_view key) const {
  for (const std::string_view text : {written_or_fallback(key), field(key).fallback})
    if (const auto length = parse_duration(text); length && within(field(key), *length)) return *length;
  return std::nullopt;
}

std::vector<std::string> Settings::texts(std::string_view key) const {
  const Node* written = node(key);
  if (written == nullptr || written->kind == Node::Kind::null) return split(field(key).fallback);
  if (written->is_scalar()) return {written->text};
  std::vector<std::string> all;
  for (const Node& item : written->items)
    if (item.is_scalar()) all.push_back(item.text);
  return all;
}

std::vector<std::pair<std::string, std::string>> Settings::text_map(std::string_view key) const {
  std::vector<std::pair<std::string, std::string>> all;
  if (const Node* written = node(key))
    for (const auto& [name, item] : written->map)
      if (item.is_scalar()) all.emplace_back(name, item.text);
  return all;
}

Settings Settings::section(std::string_view key) const {
  Settings inner;
  inner.fields_ = field(key).fields;
  inner.node_.place = place(key);
  if (const Node* written = node(key); written != nullptr && written->kind == Node::Kind::map) inner.node_ = *written;
  return inner;
}

Place Settings::place(std::string_view key) const {
  const Node* written = node(key);
  return written != nullptr ? written->place : node_.place;
}

const Place& Settings::place() const { return node_.place; }

}  // namespace oculus::config
