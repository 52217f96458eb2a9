// `*` in the names of series. Plain functions; any thread.
#pragma once

#include <string_view>

namespace oculus {

/// `*` stands for any run of characters, dots included, as in rules; everything else for itself.
bool matches(std::string_view pattern, std::string_view text) noexcept;

}  // namespace oculus
