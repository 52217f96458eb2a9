// Integers packed at one width above a base, with those patched that do not fit. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "store/codec/bytes.hpp"
#include "store/codec/window.hpp"

namespace oculus::store::codec {

/// Appends 1 to 4096 numbers. Of those outside a window of their values follow how far each lies from the one before,
/// and how many windows away its value is: two blocks of their own.
void encode_block(std::span<const std::int64_t> numbers, const Windows& windows, std::string& out);

/// Fills `numbers` with 1 to 4096 numbers; what they hold after a failure of `in` means nothing.
void decode_block(ByteReader& in, std::span<std::int64_t> numbers) noexcept;

}  // namespace oculus::store::codec
