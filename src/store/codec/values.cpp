#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <span>

#include "store/codec/bit_column.hpp"
#include "store/codec/chunk.hpp"
#include "store/codec/decimal.hpp"
#include "store/codec/integer_column.hpp"
#include "store/codec/piece.hpp"

namespace oculus::store::codec {
namespace {

// The byte that says how the values lie: their exponent of ten, or kBits for their bits as integers, and two flags.
constexpr unsigned kExponent = 0x1f, kBits = 0x1f;
constexpr unsigned kPatched = 0x20;  // some are no such decimals; they follow as they are, with their places
constexpr unsigned kAbsent = 0x40;   // some are absent; a bit column says which
constexpr unsigned kUnused = 0x80;

template <typename Number>
using Scratch = std::array<Number, kMostSamples>;  // left uninitialized: only what a column needs is touched

/// Gives the part of the byte that goes with what it appends.
unsigned put_decimals(std::span<const double> values, unsigned exponent, std::string& out) {
  Scratch<std::int64_t> scratch;
  Scratch<std::uint16_t> exceptions;
  const auto numbers = std::span(scratch).first(values.size());
  const std::size_t count = to_decimals(values, exponent, numbers, exceptions);
  encode_integers(numbers, out);
  if (count == 0) return exponent;
  put_varint(out, count);
  std::size_t next = 0;
  for (const std::size_t at : std::span(exceptions).first(count)) {
    put_varint(out, at - next);
    put_little(out, values[at]);
    next = at + 1;
  }
  return exponent | kPatched;
}

unsigned put_bits(std::span<const double> values, std::string& out) {
  Scratch<std::int64_t> bits;
  std::ranges::transform(values, bits.begin(), [](double value) { return std::bit_cast<std::int64_t>(value); });
  encode_integers(std::span(bits).first(values.size()), out);
  return kBits;
}

unsigned put_shortest(std::span<const double> values, std::string& out) {
  const std::size_t begin = out.size();
  const auto exponent = find_exponent(values);
  if (!exponent) return put_bits(values, out);
  const unsigned decimals = put_decimals(values, *exponent, out);
  const std::size_t length = out.size() - begin;
  if (length <= 3 * values.size() || values.size() < 2) return decimals;  // bits hardly ever take less
  const unsigned bits = put_bits(values, out);
  keep_shorter(out, begin, begin + length);
  return out.size() - begin == length ? decimals : bits;
}

void patch(ByteReader& in, std::span<double> values) noexcept {
  const std::uint64_t count = in.varint();
  if (count > values.size()) return in.fail();
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t gap = in.varint();
    if (gap >= values.size()) return in.fail();
    values = values.subspan(gap);
    values.front() = in.little<double>();
    values = values.subspan(1);
  }
}

/// Moves the present values from the front to their places, and fills the others with 0.
void spread(std::span<double> values, std::span<const std::uint8_t> present, std::size_t count) noexcept {
  const auto begin = values.begin();
  for (std::size_t end = values.size(); count != end;) {  // from the last run of present ones
    std::size_t first = end;
    while (first > 0 && present[first - 1] != 0) --first;
    std::copy_backward(begin + static_cast<std::ptrdiff_t>(count - (end - first)),
                       begin + static_cast<std::ptrdiff_t>(count), begin + static_cast<std::ptrdiff_t>(end));
    count -= end - first;
    end = first;
    while (end > count && present[end - 1] == 0) values[--end] = 0;
  }
}

}  // namespace

void Values::clear() noexcept {
  value.clear();
  present.clear();
}

void encode(const Values& values, std::string& out) {
  assert(values.value.size() <= kMostSamples && values.present.size() == values.value.size());
  const std::size_t begin = begin_piece(out, Format::values);
  const std::size_t head = out.size();
  out.push_back(0);
  unsigned layout = 0;
  if (count_ones(values.present) == values.present.size()) {
    layout = put_shortest(values.value, out);
  } else {
    encode_bits(values.present, out);
    Scratch<double> scratch;
    std::size_t count = 0;
    for (std::size_t i = 0; i < values.value.size(); ++i)
      if (values.present[i] != 0) scratch[count++] = values.value[i];
    layout = kAbsent | put_shortest(std::span(scratch).first(count), out);
  }
  out[head] = static_cast<char>(layout);
  end_piece(out, begin);
}

bool decode(std::string_view bytes, std::size_t count, Values& out) {
  ByteReader in = open_piece(bytes, Format::values);
  if (count > kMostSamples) return false;
  out.value.resize(count);
  out.present.resize(count);
  const unsigned layout = in.byte();
  const unsigned exponent = layout & kExponent;
  if ((layout & kUnused) != 0 || (exponent != kBits && exponent > kMostExponent)) return false;
  std::size_t there = count;
  if ((layout & kAbsent) != 0) {
    decode_bits(in, out.present);
    there = in.good() ? count_ones(out.present) : 0;
  } else {
    std::ranges::fill(out.present, std::uint8_t{1});
  }

  Scratch<std::int64_t> scratch;
  const auto numbers = std::span(scratch).first(there);
  const auto values = std::span(out.value).first(there);
  decode_integers(in, numbers);
  if (!in.good()) return false;
  if (exponent == kBits) {
    std::ranges::transform(numbers, values.begin(), [](std::int64_t number) { return std::bit_cast<double>(number); });
  } else {
    from_decimals(numbers, exponent, values);
  }
  if ((layout & kPatched) != 0) patch(in, values);
  if (there != count) spread(out.value, out.present, there);
  return in.finished();
}

}  // namespace oculus::store::codec
