// Numbers of one width side by side, the lowest bit first: number i takes the bits from i * width on. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace oculus::store::codec {

constexpr std::size_t packed_bytes(std::size_t count, unsigned width) noexcept { return (count * width + 7) / 8; }

/// Appends the low `width` (0 to 64) bits of each value - base.
void pack(std::span<const std::int64_t> values, std::int64_t base, unsigned width, std::string& out);

/// Fills `values` with base + what is packed. `packed` holds at least `packed_bytes` of them; it is faster when more
/// readable bytes follow.
void unpack(std::string_view packed, std::int64_t base, unsigned width, std::span<std::int64_t> values) noexcept;

}  // namespace oculus::store::codec
