#include "store/codec/bit_packing.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "store/codec/bytes.hpp"

namespace oculus::store::codec {
namespace {

constexpr std::size_t kGroup = 8;  // that many numbers end on a whole byte, whatever their width

constexpr std::uint64_t mask(unsigned width) noexcept { return width == 0 ? 0 : ~std::uint64_t{0} >> (64 - width); }

/// Behind the first byte of a group, loads reach less than this far.
constexpr std::size_t reach(unsigned width) noexcept { return width + 9; }

template <unsigned kWidth, unsigned kBit>
std::uint64_t number_at(const char* group) noexcept {
  constexpr unsigned kShift = kBit % 8;
  std::uint64_t word = load_little<std::uint64_t>(group + kBit / 8) >> kShift;
  if constexpr (kShift + kWidth > 64)
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(group[kBit / 8 + 8])) << (64 - kShift);
  return word & mask(kWidth);
}

template <unsigned kWidth>
void unpack_groups(const char* in, std::size_t groups, std::uint64_t base, std::int64_t* out) noexcept {
  for (std::size_t group = 0; group < groups; ++group, in += kWidth, out += kGroup) {
    [&]<unsigned... kNumber>(std::integer_sequence<unsigned, kNumber...>) {
      ((out[kNumber] = static_cast<std::int64_t>(base + number_at<kWidth, kNumber * kWidth>(in))), ...);
    }(std::make_integer_sequence<unsigned, kGroup>());
  }
}

using Unpack = void (*)(const char*, std::size_t, std::uint64_t, std::int64_t*) noexcept;
constexpr auto kUnpack = []<unsigned... kWidth>(std::integer_sequence<unsigned, kWidth...>) {
  return std::array<Unpack, sizeof...(kWidth)>{&unpack_groups<kWidth>...};
}(std::make_integer_sequence<unsigned, 65>());

}  // namespace

void pack(std::span<const std::int64_t> values, std::int64_t base, unsigned width, std::string& out) {
  if (width == 0) return;
  std::size_t at = out.size();
  out.resize(at + packed_bytes(values.size(), width) + sizeof(std::uint64_t));  // whole words are stored
  std::uint64_t held = 0;
  unsigned filled = 0;
  for (const std::int64_t value : values) {
    const std::uint64_t number = static_cast<std::uint64_t>(wrapped_subtract(value, base)) & mask(width);
    held |= number << filled;
    filled += width;
    if (filled < 64) continue;
    store_little(out.data() + at, held);
    at += sizeof held;
    filled -= 64;
    held = filled == 0 ? 0 : number >> (width - filled);
  }
  store_little(out.data() + at, held);
  out.resize(at + (filled + 7) / 8);
}

void unpack(std::string_view packed, std::int64_t base, unsigned width, std::span<std::int64_t> values) noexcept {
  if (width == 0) return void(std::ranges::fill(values, base));
  const Unpack run = kUnpack[width];
  const auto unsigned_base = static_cast<std::uint64_t>(base);
  const std::size_t quick = packed.size() < reach(width) ? 0 : (packed.size() - reach(width)) / width + 1;
  const std::size_t groups = std::min(values.size() / kGroup, quick);
  run(packed.data(), groups, unsigned_base, values.data());

  packed.remove_prefix(groups * width);
  values = values.subspan(groups * kGroup);
  while (!values.empty()) {  // where a load would reach beyond the end
    std::array<char, reach(64)> bytes{};
    const std::size_t used = std::min<std::size_t>(packed.size(), width);
    std::memcpy(bytes.data(), packed.data(), used);
    std::array<std::int64_t, kGroup> group;
    run(bytes.data(), 1, unsigned_base, group.data());
    const std::size_t count = std::min(values.size(), kGroup);
    std::copy_n(group.begin(), count, values.begin());
    packed.remove_prefix(used);
    values = values.subspan(count);
  }
}

}  // namespace oculus::store::codec
