// TOML through toml++, which is compiled in this file only.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
// Some of its assertions are about the text (`[@` fails one), and the code behind them answers with an error as it
// should.
#define TOML_ASSERT(expr) static_assert(true)
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "config/reading.hpp"

namespace oculus::config {
namespace {

/// Steps over what stands at `i` when it is a string or a comment; strings hide dots and brackets.
std::size_t behind_string_or_comment(std::string_view text, std::size_t i) {
  if (text[i] == '#') return std::min(text.find('\n', i), text.size());
  const char quote = text[i];
  if (quote != '"' && quote != '\'') return i;
  const bool long_form = text.substr(i).starts_with(quote == '"' ? R"(""")" : "'''");
  const std::size_t length = long_form ? 3 : 1;
  for (std::size_t at = i + length; at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (text[at] == '\n' && !long_form) {
      return at;
    } else if (text[at] == quote && (!long_form || text.substr(at, 3) == text.substr(i, 3))) {
      return at + length;
    }
  }
  return text.size();
}

/// toml++ bounds brackets but not dotted keys, and frees its tree recursively: `a.a.a…` of megabytes would end the
/// process. So the depth is looked at before it parses.
bool nests_too_deep(const Reading& reading, std::size_t& offset) {
  const std::string_view text = reading.source().text();
  std::size_t dots = 0;
  std::size_t brackets = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t behind = behind_string_or_comment(text, i); behind != i) {
      i = behind;
      continue;
    }
    const char c = text[i];
    if (c == '.') ++dots;
    if (c == '=' || c == '\n' || c == ',' || c == '[' || c == '{') dots = 0;
    if (c == '[' || c == '{') ++brackets;
    if ((c == ']' || c == '}') && brackets > 0) --brackets;
    if (dots >= kDeepest || brackets > kDeepest) {
      offset = i;
      return true;
    }
    ++i;
  }
  return false;
}

class Converter {
 public:
  explicit Converter(Reading& reading) : reading_(reading) {}

  Node convert(const toml::node& node, std::size_t depth) {
    const Place at = place(node.source());
    if (failed_ || !reading_.charge(1, at)) {
      failed_ = true;
      return {};
    }
    if (const toml::table* table = node.as_table()) return map(*table, at, depth);
    if (const toml::array* array = node.as_array()) return list(*array, at, depth);
    if (const auto* text = node.as_string()) return reading_.scalar(Node::Kind::text, text->get(), true, false, at);
    if (const auto* flag = node.as_boolean()) return word(Node::Kind::boolean, flag->get() ? "true" : "false", at);
    if (const auto* whole = node.as_integer()) return word(Node::Kind::number, fmt::format("{}", whole->get()), at);
    if (const auto* number = node.as_floating_point())
      return word(Node::Kind::number, fmt::format("{}", number->get()), at);
    std::ostringstream date;  // dates and times are texts to us
    node.visit([&](const auto& value) {
      if constexpr (toml::is_chronological<decltype(value)>) date << value.get();
    });
    return word(Node::Kind::text, date.str(), at);
  }

 private:
  [[nodiscard]] Place place(const toml::source_region& source) const {
    return reading_.place(static_cast<int>(source.begin.line), static_cast<int>(source.begin.column));
  }

  Node word(Node::Kind kind, std::string text, const Place& at) {
    return reading_.scalar(kind, std::move(text), false, false, at);
  }

  Node list(const toml::array& array, const Place& at, std::size_t depth) {
    Node node;
    node.kind = Node::Kind::list;
    node.place = at;
    if (failed_ || !reading_.depth_allowed(depth, at)) {
      failed_ = true;
      return node;
    }
    for (const toml::node& item : array) node.items.push_back(convert(item, depth + 1));
    return node;
  }

  Node map(const toml::table& table, const Place& at, std::size_t depth) {
    Node node;
    node.kind = Node::Kind::map;
    node.place = at;
    if (failed_ || !reading_.depth_allowed(depth, at)) {
      failed_ = true;
      return node;
    }
    for (const auto& [key, value] : table) {
      node.map.emplace_back(std::string(key.str()), convert(value, depth + 1));
      node.map.back().value.key_place = place(key.source());
    }
    const auto order = [](const auto& entry) {
      return std::pair(entry.value.key_place.line, entry.value.key_place.column);
    };
    std::ranges::stable_sort(node.map, {}, order);  // toml++ sorts by name, people by meaning
    return node;
  }

  Reading& reading_;
  bool failed_ = false;
};

}  // namespace

Node read_toml(Reading& reading) {
  if (std::size_t offset = 0; nests_too_deep(reading, offset)) {
    reading.depth_allowed(kDeepest + 1, reading.place(offset));
    return {};
  }
  const toml::parse_result result = toml::parse(reading.source().text());
  if (!result) {
    const auto& begin = result.error().source().begin;
    reading.problem(fmt::format("this is not TOML: {}", result.error().description()), "",
                    reading.place(static_cast<int>(begin.line), static_cast<int>(begin.column)));
    return {};
  }
  return Converter(reading).convert(result.table(), 1);
}

}  // namespace oculus::config
