#include "store/codec/bit_column.hpp"

#include <algorithm>
#include <cstddef>

namespace oculus::store::codec {
namespace {

// The first byte: the lowest bit is the first one, the others say how often they change: kMany if that follows, kMap if
// what follows is one bit for each.
constexpr unsigned kFirst = 0x01, kMany = 0x7e, kMap = 0x7f;

std::size_t count_changes(std::span<const std::uint8_t> bits) noexcept {
  std::size_t changes = 0;
  for (std::size_t i = 1; i < bits.size(); ++i) changes += bits[i] ^ bits[i - 1];
  return changes;
}

void put_head(unsigned changes, unsigned first, std::string& out) {
  out.push_back(static_cast<char>((changes << 1) | first));
}

/// The length of each run but the last, less one.
void put_runs(std::span<const std::uint8_t> bits, std::string& out) {
  std::size_t begin = 0;
  for (std::size_t i = 1; i < bits.size(); ++i) {
    if (bits[i] == bits[i - 1]) continue;
    put_varint(out, i - begin - 1);
    begin = i;
  }
}

void put_map(std::span<const std::uint8_t> bits, std::string& out) {
  for (std::size_t i = 0; i < bits.size(); i += 8) {
    unsigned packed = 0;
    for (std::size_t j = 0; j < std::min<std::size_t>(8, bits.size() - i); ++j)
      packed |= static_cast<unsigned>(bits[i + j]) << j;
    out.push_back(static_cast<char>(packed));
  }
}

void read_runs(ByteReader& in, std::uint64_t changes, std::uint8_t value, std::span<std::uint8_t> bits) noexcept {
  if (changes >= bits.size()) return in.fail();
  for (std::uint64_t i = 0; i < changes; ++i) {
    const std::uint64_t length = in.varint();         // less one
    if (length >= bits.size() - 1) return in.fail();  // the last run is never empty
    std::ranges::fill(bits.first(length + 1), value);
    bits = bits.subspan(length + 1);
    value ^= 1;
  }
  std::ranges::fill(bits, value);
}

void read_map(ByteReader& in, std::span<std::uint8_t> bits) noexcept {
  const std::string_view map = in.take((bits.size() + 7) / 8);
  if (map.empty()) return;
  for (std::size_t i = 0; i < bits.size(); ++i)
    bits[i] = static_cast<std::uint8_t>((static_cast<unsigned char>(map[i / 8]) >> (i % 8)) & 1);
}

}  // namespace

std::size_t count_ones(std::span<const std::uint8_t> bits) noexcept {
  std::size_t ones = 0;
  for (const std::uint8_t bit : bits) ones += bit;
  return ones;
}

void encode_bits(std::span<const std::uint8_t> bits, std::string& out) {
  if (bits.empty()) return;
  const std::size_t begin = out.size();
  const std::size_t changes = count_changes(bits);
  put_head(static_cast<unsigned>(std::min<std::size_t>(changes, kMany)), bits.front(), out);
  if (changes >= kMany) put_varint(out, changes);
  put_runs(bits, out);
  if (changes == 0) return;
  const std::size_t middle = out.size();
  put_head(kMap, 0, out);
  put_map(bits, out);
  keep_shorter(out, begin, middle);
}

void decode_bits(ByteReader& in, std::span<std::uint8_t> bits) noexcept {
  if (bits.empty()) return;
  const unsigned head = in.byte();
  const unsigned changes = head >> 1;
  if (changes == kMap) return read_map(in, bits);
  read_runs(in, changes == kMany ? in.varint() : changes, static_cast<std::uint8_t>(head & kFirst), bits);
}

}  // namespace oculus::store::codec
