// What is asked of a table of fields. Plain values; any thread.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "config/settings.hpp"

namespace oculus::config {

inline bool is_secret(const Field& field) { return field.secret || field.type == FieldType::secret; }

/// The field that `key` names; null where the table has none.
inline const Field* find_field(std::span<const Field> fields, std::string_view key) {
  const auto found = std::ranges::find(fields, key, &Field::key);
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace oculus::config
