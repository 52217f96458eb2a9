// The shell of every encoded piece: a format byte before its body, a checksum behind it. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/codec/bytes.hpp"

namespace oculus::store::codec {

/// The kind in the upper four bits, its version in the lower: a reader of another version refuses the piece.
enum class Format : std::uint8_t { frame = 0x11, values = 0x21, summary = 0x31 };

/// The low 32 bits of XXH3_64 (seed 0).
[[nodiscard]] std::uint32_t checksum(std::string_view bytes) noexcept;

/// Appends the format byte; what follows up to `end_piece` is the body. Gives where the piece begins.
[[nodiscard]] std::size_t begin_piece(std::string& out, Format format);
void end_piece(std::string& out, std::size_t begin);

/// The body of a piece; already failed when the bytes are no whole piece of this format.
[[nodiscard]] ByteReader open_piece(std::string_view bytes, Format format) noexcept;

}  // namespace oculus::store::codec
