// What a template is filled with: names, and the words that stand for them. Plain values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace oculus::web {

/// Names are literals of the code. A name that is not set is looked up in the surrounding view, so whatever a section
/// of a list asks for is set in each of its views, with `maybe` where it may be missing.
class View {
 public:
  using List = std::vector<View>;
  using Value = std::variant<bool, std::string, List>;

  View& set(std::string_view name, std::string text) { return put(name, std::move(text)); }
  View& list(std::string_view name, List views) { return put(name, std::move(views)); }
  View& flag(std::string_view name, bool holds) { return put(name, holds); }
  /// As set; an empty text hides its section.
  View& maybe(std::string_view name, std::string text) {
    return text.empty() ? put(name, false) : put(name, std::move(text));
  }
  /// As list, of one or none.
  View& part(std::string_view name, View view) {
    List one;
    one.push_back(std::move(view));
    return put(name, std::move(one));
  }
  View& absent(std::string_view name) { return put(name, false); }

  struct Entry;
  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  View& put(std::string_view name, Value value);
  std::vector<Entry> entries_;
};

struct View::Entry {
  std::string_view name;
  Value value;
};

inline View& View::put(std::string_view name, Value value) {
  entries_.push_back({name, std::move(value)});
  return *this;
}

}  // namespace oculus::web
