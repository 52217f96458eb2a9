// What keys a thing takes, and their typed values once a tree has been held against them. Plain values; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/field.hpp"
#include "config/node.hpp"

namespace oculus::config {

/// A map that was held against `fields` (which outlive it: they are tables of constants). Getters take keys that the
/// fields declare (anything else is a BUG) and give the default where the text has none; `std::nullopt` where there is
/// no default either.
class Settings {
 public:
  Settings() = default;
  /// Holds `node` (null counts as an empty map) against `fields`; mistakes (unknown key with the nearest known one,
  /// wrong type, out of range, missing) go to `problems`, all of them. `what` names the thing in messages: `collector
  /// http 'api-health'`.
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
  [[nodiscard]] Place place(std::string_view key) const;  // of the value, or of the whole map
  [[nodiscard]] const Place& place() const;

 private:
  [[nodiscard]] const Field& field(std::string_view key) const;  // a key that no field declares is a mistake of ours
  [[nodiscard]] std::string_view written_or_fallback(std::string_view key) const;

  Node node_;
  std::span<const Field> fields_;
};

/// What stands for a secret in answers, and in a PUT for "keep the one you have".
inline constexpr std::string_view kMasked = "***";

/// The tree as JSON with raw texts, secret fields as `***`.
std::string to_json_masked(const Node& node, std::span<const Field> fields);

/// What a person sends back after reading a masked tree: where a secret field is `***`, the value of `stored` (JSON, as
/// to_json writes it) takes its place; a `***` for which nothing is stored is a problem.
Node with_stored_secrets(Node fresh, std::string_view stored, std::span<const Field> fields, Problems& problems);

/// A value that must be one whole number, duration, … outside of any field table. `what` names it:
/// `database.retention`.
Result<std::chrono::microseconds> read_duration(const Node& node, std::string_view what);

}  // namespace oculus::config
