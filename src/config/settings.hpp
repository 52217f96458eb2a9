// What keys a thing takes, and their typed values once a tree has been held against them. Plain values; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/node.hpp"
#include "model/tags.hpp"

namespace oculus::config {

enum class FieldType {
  text,
  secret,    // a text that is shown as *** everywhere
  integer,
  number,
  boolean,
  duration,
  port,      // 1 to 65535
  texts,     // a list of texts; one text alone is a list of one
  text_map,  // keys and texts; with `secret` set in the field its values are shown as *** (headers)
  choice,    // one of `choices`
  section,   // a map with `fields` of its own
  any,       // taken as it is; its user reads the Node
};

/// One key: validation, `--help`, the form on the page and docs/configuration.md are made from these.
struct Field {
  std::string_view key;
  FieldType type = FieldType::text;
  std::string_view help;           // one line
  std::string_view fallback = {};  // the default as a person would write it; empty: none
  bool required = false;
  bool secret = false;
  double least = -1e300, most = 1e300;            // integer and number
  std::chrono::microseconds shortest{0};          // duration
  std::chrono::microseconds longest{std::chrono::microseconds::max()};
  std::span<const std::string_view> choices = {};
  std::span<const Field> fields = {};
  std::string_view not_yet = {};   // not empty: the key is known but refused with this sentence
};

/// A map that was held against `fields`. Getters take keys that the fields declare (anything else is a BUG) and give the
/// default where the text has none; `std::nullopt` where there is no default either.
class Settings {
 public:
  Settings() = default;
  /// Holds `node` (null counts as an empty map) against `fields`; mistakes (unknown key with the nearest known one, wrong type, out
  /// of range, missing) go to `problems`, all of them. `what` names the thing in messages: `collector http 'api-health'`.
  static Settings read(const Node& node, std::span<const Field> fields, std::string_view what, Problems& problems);

  [[nodiscard]] bool has(std::string_view key) const;  // written by the person
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
  [[nodiscard]] std::optional<double> number(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key) const;
  [[nodiscard]] std::optional<std::chrono::microseconds> duration(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> text_map(std::string_view key) const;
  [[nodiscard]] Settings section(std::string_view key) const;  // an empty one with its defaults when not written
  [[nodiscard]] const Node* node(std::string_view key) const;
  [[nodiscard]] Place place(std::string_view key) const;       // of the value, or of the whole map
  [[nodiscard]] const Place& place() const;

 private:
  Node node_;
  std::span<const Field> fields_;
};

/// The tree as JSON with raw texts, secret fields as `***`.
std::string to_json_masked(const Node& node, std::span<const Field> fields);

}  // namespace oculus::config
