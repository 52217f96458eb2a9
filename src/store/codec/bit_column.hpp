// Columns of yes and no: all the same, runs, or one bit each, whichever is shortest. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "store/codec/bytes.hpp"

namespace oculus::store::codec {

/// Appends `bits`, of which each is 0 or 1. Their count is not kept.
void encode_bits(std::span<const std::uint8_t> bits, std::string& out);
void decode_bits(ByteReader& in, std::span<std::uint8_t> bits) noexcept;

/// How many are 1.
[[nodiscard]] std::size_t count_ones(std::span<const std::uint8_t> bits) noexcept;

}  // namespace oculus::store::codec
