// A configuration text as a tree with places: what YAML, TOML and JSON have in common. Plain values; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/environment.hpp"
#include "config/problems.hpp"
#include "model/error.hpp"

namespace oculus::config {

struct Member;

/// One value. Maps keep the order of the text; a key that stands twice is refused while parsing.
struct Node {
  enum class Kind { null, boolean, number, text, list, map };

  Kind kind = Kind::null;
  bool quoted = false;      // the text stands in quotes, whose place is `place`
  bool unresolved = false;  // a variable in it could not be filled in; the problem has been told
  std::string text;         // scalars: the value after `${VAR}` was expanded; numbers and booleans as they were written
  std::string
      raw;  // scalars: as written, before expansion (what is stored and shown; it holds no secret of the environment)
  std::vector<Node> items;  // of a list
  std::vector<Member> map;  // of a map
  Place place;              // of the value
  Place key_place;          // of its key, when it stands in a map

  [[nodiscard]] const Node* find(std::string_view key) const noexcept;
  [[nodiscard]] Node* find(std::string_view key) noexcept;
  [[nodiscard]] bool is_scalar() const noexcept {
    return kind != Kind::list && kind != Kind::map && kind != Kind::null;
  }
  /// A variable was filled in: `text` may hold a secret and belongs into no message; `raw` does.
  [[nodiscard]] bool expanded() const noexcept { return text != raw; }
  /// Place of the first character of the text, behind its quote.
  [[nodiscard]] Place inside() const;
};

/// One entry of a map. (Not a pair: that may not be made of a type which is still incomplete.)
struct Member {
  std::string key;
  Node value;
};

/// `a list`, `a map`, `the text 'x'`, …: for messages; shows `raw`, never what a variable holds.
std::string describe(const Node& node);

enum class Syntax { yaml, toml, json };

/// A text may be 4 MB, nest 64 deep, and come to 250,000 values once its aliases are written out.
inline constexpr std::size_t kLargestText = 4U << 20;
inline constexpr std::size_t kDeepest = 64;
inline constexpr std::size_t kMostNodes = 250'000;

/// Parses a text. With an environment, `${VAR}` and `${VAR:-default}` in strings are expanded (a variable that is not
/// set and has no default is a problem); without one they stay plain text. `file` is the name used in places. Nothing
/// is thrown.
Node parse(std::string_view text, Syntax syntax, const std::string& file, const Environment* environment,
           Problems& problems);

/// The tree as JSON with the raw texts, as `collectors.config` keeps it.
std::string to_json(const Node& node);

/// How many values the tree holds, itself included.
std::size_t count_nodes(const Node& node);

}  // namespace oculus::config
