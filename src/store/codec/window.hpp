// Where most of a column's numbers lie: what packs the rest of them away as exceptions. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace oculus::store::codec {

/// The numbers from `base` to `base` + 2^`width` - 1, and about how many bits a column takes that packs these and codes
/// the others one by one.
struct Window {
  std::int64_t base = 0;
  unsigned width = 0;
  std::uint64_t bits = 0;
};

/// The cheapest window first, then its neighbours in width where there are some.
struct Windows {
  Window best[3];
  std::size_t count = 0;
};

/// Looks for windows of 1 to 4096 numbers, to about a sixteenth of their width.
[[nodiscard]] Windows find_windows(std::span<const std::int64_t> numbers) noexcept;

}  // namespace oculus::store::codec
