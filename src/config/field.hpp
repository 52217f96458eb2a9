// One key of a configuration, as a row of a table. Plain values; any thread.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace oculus::config {

enum class FieldType {
  text,
  secret,  // a text that is shown as *** everywhere
  integer,
  number,
  boolean,
  duration,
  port,      // 1 to 65535
  host,      // a name or an address, alone
  texts,     // a list of texts; one text alone is a list of one
  text_map,  // keys and texts; with `secret` set in the field its values are shown as *** (headers)
  choice,    // one of `choices`
  section,   // a map with `fields` of its own
  any,       // taken as it is; its user reads the Node (`fields`, where given, only describe it)
};

/// Validation, masking of secrets, `oculus keys`, the options of `oculus probe` and docs/configuration.md are made from
/// these.
struct Field {
  std::string_view key;
  FieldType type = FieldType::text;
  std::string_view help = {};      // one line
  std::string_view fallback = {};  // the default as a person would write it; empty: none
  std::string_view example = {};   // a value as YAML; a section has those of its keys
  bool required = false;
  bool secret = false;
  double least = -1e300, most = 1e300;    // integer and number
  std::chrono::microseconds shortest{0};  // duration
  std::chrono::microseconds longest{std::chrono::microseconds::max()};
  std::span<const std::string_view> choices = {};
  std::span<const Field> fields = {};
  std::string_view form = {};     // what an `any` takes, in words
  std::string_view not_yet = {};  // not empty: the key is known but refused, and this sentence says what it waits for
};

/// Null where no field has this key.
const Field* find_field(std::span<const Field> fields, std::string_view key);

/// Its values are shown as ***.
bool is_secret(const Field& field);

/// What a value looks like, with its limits: `whole number, 1 to 64`.
std::string takes(const Field& field);

}  // namespace oculus::config
