// Columns of integers: as they are, as differences or as differences of differences, divided by what divides them all,
// and packed as one block. All arithmetic is modulo 2^64, so that any int64 comes back. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "store/codec/bytes.hpp"

namespace oculus::store::codec {

/// Appends at most 4096 numbers. Their count is not kept.
void encode_integers(std::span<const std::int64_t> numbers, std::string& out);

/// Fills `numbers`; what they hold after a failure of `in` means nothing.
void decode_integers(ByteReader& in, std::span<std::int64_t> numbers) noexcept;

}  // namespace oculus::store::codec
