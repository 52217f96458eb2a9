// Collects every mistake of a configuration, and shows each with the line it stands in. Plain values; any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

namespace oculus::config {

/// A person hears all mistakes at once, in the order of the text.
class Problems {
 public:
  void add(Error problem) { list_.push_back(std::move(problem)); }
  [[nodiscard]] bool none() const noexcept { return list_.empty(); }
  [[nodiscard]] const std::vector<Error>& list() const noexcept { return list_; }

  /// Keeps a text, so that `text()` can show lines of it. parse() does this.
  void attach(const std::string& file, std::string_view source);
  /// The value that begins here is a secret: no excerpt shows it. Settings::read does this for its secret fields.
  void hide(const Place& secret);

  /// In order of file, line and column, each once: `file:line:column: what`, then, where the text is known, its line
  /// and a caret with what was expected. Control characters are escaped, and what looks like a secret is shown as `*`.
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] std::string source_line(const Place& place) const;

  std::vector<Error> list_;
  std::map<std::string, std::string> sources_;                    // by file
  std::map<std::string, std::set<std::pair<int, int>>> secrets_;  // by file: line and column
};

/// Foreign text as a message shows it: in quotes, control characters escaped, passwords in URLs as `*`, shortened to
/// some 60 characters.
std::string in_quotes(std::string_view text);

}  // namespace oculus::config
