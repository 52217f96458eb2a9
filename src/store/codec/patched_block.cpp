#include "store/codec/patched_block.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

#include "store/codec/bit_packing.hpp"
#include "store/codec/chunk.hpp"

namespace oculus::store::codec {
namespace {

// The first byte: the width in bits, or kWhole for 64 (63 is not used), and whether there are patches and a base but 0.
constexpr unsigned kWidth = 0x3f, kWhole = 0x3f, kPatched = 0x40, kBased = 0x80, kMostWidth = 64;

// At most half of a block is patched, so that blocks within blocks come to an end, and all of them find room in this.
using Scratch = std::array<std::int64_t, 2 * kMostSamples>;  // left uninitialized: only what a block needs is touched
constexpr std::size_t most_patched(std::size_t count) noexcept { return count / 2; }

struct Patches {
  std::span<std::int64_t> gaps, highs;
};

/// The numbers outside the window; false when they are too many.
bool find_patches(std::span<const std::int64_t> numbers, const Window& window, std::span<std::int64_t> scratch,
                  Patches& found) noexcept {
  const std::size_t most = most_patched(numbers.size());
  std::size_t count = 0, next = 0;
  for (std::size_t i = 0; window.width < kMostWidth && i < numbers.size(); ++i) {
    const std::int64_t high = wrapped_subtract(numbers[i], window.base) >> window.width;
    if (high == 0) continue;
    if (count == most) return false;
    scratch[count] = static_cast<std::int64_t>(i - next);
    scratch[most + count++] = static_cast<std::int64_t>(zigzag(high) - 1);  // never 0
    next = i + 1;
  }
  found = {scratch.first(count), scratch.subspan(most, count)};
  return true;
}

void encode_within(std::span<const std::int64_t> numbers, Window window, std::span<std::int64_t> scratch,
                   std::string& out);

/// Blocks within blocks are short: their best window by estimate will do.
void encode_inner(std::span<const std::int64_t> numbers, std::span<std::int64_t> scratch, std::string& out) {
  encode_within(numbers, find_windows(numbers).best[0], scratch, out);
}

void encode_within(std::span<const std::int64_t> numbers, Window window, std::span<std::int64_t> scratch,
                   std::string& out) {
  if (window.width >= kWhole) window = {0, kMostWidth, 0};
  Patches patches;
  if (!find_patches(numbers, window, scratch, patches)) {
    const auto [low, high] = std::ranges::minmax(numbers);
    const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    return encode_within(numbers, {low, static_cast<unsigned>(std::bit_width(span)), 0}, scratch, out);
  }
  const std::size_t count = patches.gaps.size();
  out.push_back(static_cast<char>(std::min(window.width, kWhole) | (count == 0 ? 0 : kPatched) |
                                  (window.base == 0 ? 0 : kBased)));
  if (window.base != 0) put_signed(out, window.base);
  if (count != 0) {
    put_varint(out, count);
    scratch = scratch.subspan(2 * most_patched(numbers.size()));
    encode_inner(patches.gaps, scratch, out);
    encode_inner(patches.highs, scratch, out);
  }
  pack(numbers, window.base, window.width, out);
}

void decode_within(ByteReader& in, std::span<std::int64_t> numbers, std::span<std::int64_t> scratch) noexcept;

Patches read_patches(ByteReader& in, std::size_t among, std::span<std::int64_t> scratch) noexcept {
  const std::uint64_t count = in.varint();
  if (count == 0 || count > most_patched(among)) return in.fail(), Patches{};
  const Patches patches{scratch.first(count), scratch.subspan(count, count)};
  decode_within(in, patches.gaps, scratch.subspan(2 * count));
  decode_within(in, patches.highs, scratch.subspan(2 * count));
  return in.good() ? patches : Patches{};
}

void apply(const Patches& patches, unsigned width, std::span<std::int64_t> numbers, ByteReader& in) noexcept {
  std::size_t at = 0;
  for (std::size_t i = 0; i < patches.gaps.size(); ++i, ++at) {
    const auto gap = static_cast<std::uint64_t>(patches.gaps[i]);
    if (gap >= numbers.size() - at) return in.fail();
    at += gap;
    const auto high = static_cast<std::uint64_t>(unzigzag(static_cast<std::uint64_t>(patches.highs[i]) + 1));
    numbers[at] = wrapped_add(numbers[at], static_cast<std::int64_t>(high << width));
  }
}

void decode_within(ByteReader& in, std::span<std::int64_t> numbers, std::span<std::int64_t> scratch) noexcept {
  const unsigned head = in.byte();
  const unsigned width = (head & kWidth) == kWhole ? kMostWidth : head & kWidth;
  const std::int64_t base = (head & kBased) != 0 ? in.signed_varint() : 0;
  Patches patches;
  if ((head & kPatched) != 0 && width == kMostWidth) return in.fail();  // nothing can lie outside
  if ((head & kPatched) != 0) patches = read_patches(in, numbers.size(), scratch);
  const std::string_view rest = in.left();  // more than is packed: loads may then reach beyond it
  in.take(packed_bytes(numbers.size(), width));
  if (!in.good()) return;
  unpack(rest, base, width, numbers);
  apply(patches, width, numbers, in);
}

}  // namespace

void encode_block(std::span<const std::int64_t> numbers, const Windows& windows, std::string& out) {
  Scratch scratch;
  const std::size_t begin = out.size();
  encode_within(numbers, windows.best[0], scratch, out);
  for (std::size_t i = 1; i < windows.count; ++i) {
    const std::size_t middle = out.size();
    encode_within(numbers, windows.best[i], scratch, out);
    keep_shorter(out, begin, middle);
  }
}

void decode_block(ByteReader& in, std::span<std::int64_t> numbers) noexcept {
  Scratch scratch;
  decode_within(in, numbers, scratch);
}

}  // namespace oculus::store::codec
