#include "store/codec/piece.hpp"

#include <xxhash.h>

namespace oculus::store::codec {

std::uint32_t checksum(std::string_view bytes) noexcept {
  return static_cast<std::uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

std::size_t begin_piece(std::string& out, Format format) {
  const std::size_t begin = out.size();
  out.push_back(static_cast<char>(format));
  return begin;
}

void end_piece(std::string& out, std::size_t begin) { put_little(out, checksum(std::string_view(out).substr(begin))); }

ByteReader open_piece(std::string_view bytes, Format format) noexcept {
  constexpr std::size_t kChecksum = sizeof(std::uint32_t);
  ByteReader body(bytes.substr(0, bytes.size() < kChecksum ? 0 : bytes.size() - kChecksum));
  const std::string_view covered = body.left();
  if (body.byte() != static_cast<std::uint8_t>(format) ||
      checksum(covered) != load_little<std::uint32_t>(bytes.data() + covered.size()))
    body.fail();
  return body;
}

}  // namespace oculus::store::codec
