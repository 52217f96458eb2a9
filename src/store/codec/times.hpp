// The stamps of a chunk: a grid of equal steps and how far each stamp lies from its slot, or plain integers. Any
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "store/codec/bytes.hpp"

namespace oculus::store::codec {

/// Appends at most 4096 stamps, strictly ascending. Their count is not kept.
void encode_times(std::span<const std::int64_t> at, std::string& out);
/// Fails where they do not ascend.
void decode_times(ByteReader& in, std::span<std::int64_t> at) noexcept;

}  // namespace oculus::store::codec
