// What a word means: numbers, true and false as YAML 1.2's core schema has them. Plain values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/node.hpp"

namespace oculus::config {

/// Kind of a plain (unquoted) scalar, YAML 1.2.2 section 10.3.2: `yes`, `on` and `0b1` are texts.
Node::Kind core_kind(std::string_view plain);

/// Whole numbers, also `0x1f` and `0o17`; empty where the text is none or does not fit.
std::optional<std::int64_t> to_integer(std::string_view text);
/// Finite numbers.
std::optional<double> to_number(std::string_view text);
std::optional<bool> to_flag(std::string_view text);

}  // namespace oculus::config
