// Small sets of names and values that describe a series or a sample. Plain values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace oculus {

/// Keys are unique and sorted by bytes, which is the order that the identity of a series needs.
class Tags {
 public:
  using Entry = std::pair<std::string, std::string>;

  Tags() = default;
  Tags(std::initializer_list<Entry> entries);

  /// Sets `key`, replacing an earlier value.
  Tags& set(std::string key, std::string value);
  /// The value, or null when there is no such key.
  [[nodiscard]] const std::string* find(std::string_view key) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
  [[nodiscard]] auto end() const noexcept { return entries_.end(); }

  friend bool operator==(const Tags&, const Tags&) = default;

 private:
  std::vector<Entry> entries_;
};

/// Both; where a key is in each, `over` wins.
Tags merge(Tags base, const Tags& over);

/// `{"k":"v"}` with the keys in order; `{}` when empty.
std::string to_json(const Tags& tags);

/// Reads what to_json writes; numbers and booleans become their text. Json for anything but an object of scalars.
Result<Tags> tags_from_json(std::string_view json);

}  // namespace oculus
