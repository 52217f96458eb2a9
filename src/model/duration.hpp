// Lengths of time as people write them. Plain values; any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "model/error.hpp"

namespace oculus {

/// Reads `100ms`, `30s`, `1h30m`, `2h 30m`, `1d`, `2w`, `1y` (365 days): whole numbers with ms s m h d w y, each unit
/// at most once and from long to short. A number alone, an empty text and an unknown unit are Invalid; `at` is the
/// place of the text's first character.
Result<std::chrono::microseconds> parse_duration(std::string_view text, Place at = {});

/// A short text that parse_duration reads back: `1h30m`, weeks as days; rests below a millisecond are shown as
/// `0.25ms`.
std::string to_string(std::chrono::microseconds length);

}  // namespace oculus
