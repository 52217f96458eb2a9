// The known word nearest to a mistyped one, for messages. Any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace oculus {

/// The candidate with the least edit distance to `word`, a swap of neighbours being one edit (at most a third of its
/// length, at least 1), first one on a tie.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace oculus
