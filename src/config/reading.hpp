// What the readers of YAML, TOML and JSON share: places, limits, expansion, keys that stand twice. Lives for one
// parse().
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "config/node.hpp"
#include "config/source_text.hpp"

namespace oculus::config {

class Reading {
 public:
  Reading(std::string_view text, const std::string& file, const Environment* environment, Problems& problems)
      : source_(text), file_(file), environment_(environment), problems_(problems) {}

  [[nodiscard]] const SourceText& source() const noexcept { return source_; }
  [[nodiscard]] Place place(std::size_t offset) const { return source_.place(offset, file_); }
  [[nodiscard]] Place place(int line, int column) const { return {file_, line, column}; }

  void problem(std::string what, std::string_view expected, Place at);

  /// Takes `count` of the values that one text may have; false, with a problem, when there are not so many left.
  bool charge(std::size_t count, const Place& at);
  /// False, with a problem, when a list or map at this depth (the outermost is 1) is one too deep.
  bool depth_allowed(std::size_t depth, const Place& at);

  /// A scalar with its variables filled in. `plain`: an unquoted word, which may mean something else once it is filled
  /// in.
  Node scalar(Node::Kind kind, std::string text, bool quoted, bool plain, Place at);

  using Keys = std::unordered_map<std::string, Place>;
  /// Notes a key of a map; false, with a problem, when it stands twice.
  bool add_key(Keys& keys, const std::string& key, const Place& at);

 private:
  [[nodiscard]] Place find_near(std::string_view written, const Place& at) const;

  SourceText source_;
  const std::string& file_;
  const Environment* environment_;
  Problems& problems_;
  std::size_t nodes_ = 0;
};

// Each gives the tree as far as it got; problems say what was wrong. They do not throw.
Node read_yaml(Reading& reading);
Node read_toml(Reading& reading);
Node read_json(Reading& reading);

}  // namespace oculus::config
