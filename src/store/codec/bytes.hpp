// The bytes of a piece: integers of variable length at the end of a string, and read back within bounds. Any thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace oculus::store::codec {

/// 0, -1, 1, -2, … become 0, 1, 2, 3, …: what is near zero is short.
constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

/// Arithmetic modulo 2^64, so that differences of any two int64 exist and lead back.
constexpr std::int64_t wrapped_add(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrapped_subtract(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrapped_multiply(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

/// Fixed integers lie in little-endian order.
static_assert(std::endian::native == std::endian::little, "the loads and stores of the codec are plain copies");
template <typename Integer>
Integer load_little(const char* bytes) noexcept {
  Integer value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}
template <typename Integer>
void store_little(char* bytes, Integer value) noexcept {
  std::memcpy(bytes, &value, sizeof value);
}
template <typename Integer>
void put_little(std::string& out, Integer value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Seven bits a byte, the lowest first; all but the last byte have the top bit set (LEB128).
inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}
inline void put_signed(std::string& out, std::int64_t value) { put_varint(out, zigzag(value)); }
constexpr std::size_t varint_bytes(std::uint64_t value) noexcept {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

/// Of two encodings at the end of `out`, one from `begin` and one from `middle` on, keeps the shorter; in doubt the
/// first.
inline void keep_shorter(std::string& out, std::size_t begin, std::size_t middle) {
  if (out.size() - middle < middle - begin) {
    out.erase(begin, middle - begin);
  } else {
    out.resize(middle);
  }
}

/// Reads from the front. What goes beyond the end, or is no integer, gives 0 and makes `good` false for ever.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) noexcept : left_(bytes) {}

  std::uint8_t byte() noexcept {
    if (left_.empty()) return fail(), std::uint8_t{0};
    const auto value = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return value;
  }
  std::uint64_t varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t part = byte();
      if (shift == 63 && part > 1) break;  // 70 bits
      value |= (part & 0x7f) << shift;
      if (part < 0x80) return value;
    }
    return fail(), 0;
  }
  std::int64_t signed_varint() noexcept { return unzigzag(varint()); }
  template <typename Integer>
  Integer little() noexcept {
    const std::string_view taken = take(sizeof(Integer));
    return taken.empty() ? Integer{0} : load_little<Integer>(taken.data());
  }
  /// Empty when there are not that many.
  std::string_view take(std::size_t count) noexcept {
    if (count > left_.size()) return fail(), std::string_view{};
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }

  void fail() noexcept {
    good_ = false;
    left_ = {};
  }
  [[nodiscard]] std::string_view left() const noexcept { return left_; }
  [[nodiscard]] bool good() const noexcept { return good_; }
  /// Everything was read, and all of it was good.
  [[nodiscard]] bool finished() const noexcept { return good_ && left_.empty(); }

 private:
  std::string_view left_;
  bool good_ = true;
};

}  // namespace oculus::store::codec
