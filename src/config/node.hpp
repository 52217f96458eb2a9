// A configuration text as a tree with places: what YAML, TOML and JSON have in common. Plain values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace oculus::config {

/// One value. Maps keep the order of the text; a key that stands twice is refused while parsing.
struct Node {
  enum class Kind { null, boolean, number, text, list, map };

  Kind kind = Kind::null;
  std::string text;  // scalars: the value after `${VAR}` was expanded; numbers and booleans as they were written
  std::string raw;   // scalars: as written, before expansion (what is stored and shown; it holds no secret of the environment)
  std::vector<Node> items;                        // of a list
  std::vector<std::pair<std::string, Node>> map;  // of a map
  Place place;                                    // of the value
  Place key_place;                                // of its key, when it stands in a map

  [[nodiscard]] const Node* find(std::string_view key) const noexcept;
  [[nodiscard]] bool is_scalar() const noexcept { return kind != Kind::list && kind != Kind::map && kind != Kind::null; }
};

/// Collects every mistake, so that a person hears all of them at once.
class Problems {
 public:
  void add(Error problem) { list_.push_back(std::move(problem)); }
  [[nodiscard]] bool none() const noexcept { return list_.empty(); }
  [[nodiscard]] const std::vector<Error>& list() const noexcept { return list_; }
  /// In order of file, line and column; one line each.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Error> list_;
};

/// What `${NAME}` means; null when the variable is not set. The process environment in production, a map in tests.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual const char* find(const std::string& name) const = 0;
};
const Environment& process_environment();

enum class Syntax { yaml, toml, json };

/// Parses a text. With an environment, `${VAR}` and `${VAR:-default}` in strings are expanded (a variable that is not set and
/// has no default is a problem); without one they stay plain text. `file` is the name used in places. Nothing is thrown.
Node parse(std::string_view text, Syntax syntax, const std::string& file, const Environment* environment, Problems& problems);

/// The tree as JSON with the raw texts, as `collectors.config` keeps it.
std::string to_json(const Node& node);

}  // namespace oculus::config
