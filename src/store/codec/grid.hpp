// Stamps of a schedule: slot numbers on a grid of equal steps, and what remains. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace oculus::store::codec {

struct GridFit {
  std::int64_t step = 0;    // at least 1
  std::int64_t least = 0;   // of what remains
  std::uint64_t range = 0;  // from there to the most that remains
  bool gapless = true;      // every slot has one stamp
};

/// Lays stamps on a grid through the first: `slots[i]` is how many slots stamp i + 1 lies behind stamp i, `rest[i]` how
/// far stamp i lies from its slot. Nothing when there are fewer than four, they span 2^61 or
/// more, or what remains is as wide as three quarters of a step: that is no schedule.
[[nodiscard]] std::optional<GridFit> fit_grid(std::span<const std::int64_t> at, std::span<std::int64_t> slots,
                                              std::span<std::int64_t> rest) noexcept;

}  // namespace oculus::store::codec
