// Figures and foreign text as people read them on a page. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/time.hpp"

namespace oculus::web {

struct Quantity {
  std::string number, unit;
  [[nodiscard]] std::string text() const { return unit.empty() ? number : number + " " + unit; }
};

/// `12.3` `ms`, `1.2` `MB`, `97,123.45` `USD`: times and bytes move to the unit that fits, others keep theirs.
Quantity humane(double value, std::string_view unit);

/// `12,345`.
std::string grouped(std::uint64_t count);

/// `12,345 samples`, `1 sample`.
std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural);

/// `99.95 %`; never rounded up to 100 where something is missing. `none` when `of` is 0.
std::string percentage(std::uint64_t part, std::uint64_t of, std::string_view none);

/// `0.4 ms`, `12 s`, `3 min`, `2 h`, `5 d`.
std::string span_words(microseconds length);

/// `12 s ago`, `in 12 s`, `now`.
std::string age_words(TimePoint at, TimePoint now);

/// `2026-11-23 20:14:37`, in UTC.
std::string clock_words(TimePoint at);

/// `last hour`, `last 24 hours`, `last 7 days`, otherwise `last 90m`.
std::string range_words(microseconds length);

/// Foreign text without what could mislead the eye: control characters, marks that turn the direction of writing and
/// broken UTF-8 become visible escapes such as `\x1b`; what is longer than `most` characters ends in `…`. Line breaks
/// and tabs stay where `lines` is set.
std::string printable(std::string_view text, std::size_t most = 300, bool lines = false);

}  // namespace oculus::web
