#include "store/codec/integer_column.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <numeric>

#include "store/codec/chunk.hpp"
#include "store/codec/patched_block.hpp"
#include "store/codec/window.hpp"

namespace oculus::store::codec {
namespace {

// The first byte: how many times differences were taken, and whether what is packed was divided.
constexpr unsigned kOrder = 0x03, kScaled = 0x04, kUnused = 0xf8, kMostOrder = 2;

using Scratch = std::array<std::int64_t, kMostSamples>;  // left uninitialized: only what a column needs is touched

/// The largest number that divides every distance between two of them; 1 when they are all the same.
std::uint64_t common_step(std::span<const std::int64_t> numbers) noexcept {
  std::uint64_t step = 0;
  for (const std::int64_t number : numbers) {
    const std::int64_t distance = wrapped_subtract(number, numbers.front());
    const auto size = static_cast<std::uint64_t>(distance < 0 ? wrapped_subtract(0, distance) : distance);
    if (step != 0 && size % step == 0) continue;  // one division, where std::gcd takes dozens of steps
    step = std::gcd(step, size);
    if (step == 1) break;
  }
  return std::max<std::uint64_t>(step, 1);
}

/// What is packed of a column: its differences of some order, or what is left of them over their common step.
struct Plan {
  unsigned order = 0;
  std::span<const std::int64_t> numbers;
  std::int64_t origin = 0, step = 1;  // a packed 0 stands for the origin
  Windows windows;

  [[nodiscard]] std::uint64_t bits() const noexcept { return windows.best[0].bits; }
};

Plan plan(unsigned order, std::span<const std::int64_t> numbers, Scratch& scratch) noexcept {
  Plan made{order, numbers, 0, 1, {}};
  const std::uint64_t step = common_step(numbers);
  const auto gained = static_cast<std::size_t>(std::bit_width(step) - 1) * numbers.size();
  if (gained > 8 * (varint_bytes(step) + 1)) {
    made.origin = numbers.front();
    made.step = static_cast<std::int64_t>(step);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const std::int64_t distance = wrapped_subtract(numbers[i], made.origin);
      scratch[i] =
          made.step < 0 ? distance != 0 : distance / made.step;  // below zero: 2^63, and no room for its double
    }
    made.numbers = std::span(scratch).first(numbers.size());
  }
  made.windows = find_windows(made.numbers);
  return made;
}

void append(const Plan& plan, std::span<const std::int64_t> numbers, std::string& out) {
  out.push_back(static_cast<char>(plan.order | (plan.step == 1 ? 0 : kScaled)));
  if (plan.order >= 1) put_signed(out, numbers[0]);
  if (plan.order >= 2) put_signed(out, wrapped_subtract(numbers[1], numbers[0]));
  if (plan.step != 1) {
    put_varint(out, static_cast<std::uint64_t>(plan.step));
    put_signed(out, plan.origin);
  }
  encode_block(plan.numbers, plan.windows, out);
}

std::span<const std::int64_t> differences(std::span<const std::int64_t> numbers, Scratch& scratch) noexcept {
  for (std::size_t i = 1; i < numbers.size(); ++i) scratch[i - 1] = wrapped_subtract(numbers[i], numbers[i - 1]);
  return std::span(scratch).first(numbers.size() - 1);
}

void sum_up(std::span<std::int64_t> numbers) noexcept {
  std::int64_t sum = 0;
  for (std::int64_t& number : numbers) number = sum = wrapped_add(sum, number);
}

}  // namespace

void encode_integers(std::span<const std::int64_t> numbers, std::string& out) {
  assert(numbers.size() <= kMostSamples);
  if (numbers.empty()) return;
  std::array<Scratch, kMostOrder + 1> scaled;
  std::array<Scratch, kMostOrder> differenced;
  Plan best = plan(0, numbers, scaled[0]);
  std::span<const std::int64_t> last = numbers;
  for (unsigned order = 1; order <= kMostOrder && last.size() > 1 && best.bits() > 0; ++order) {
    last = differences(last, differenced[order - 1]);
    const Plan other = plan(order, last, scaled[order]);
    // The number before the differences takes room too.
    const auto first = order == 1 ? numbers[0] : wrapped_subtract(numbers[1], numbers[0]);
    if (other.bits() + 8 * varint_bytes(zigzag(first)) >= best.bits()) break;
    best = other;
  }
  append(best, numbers, out);
}

void decode_integers(ByteReader& in, std::span<std::int64_t> numbers) noexcept {
  if (numbers.empty()) return;
  const unsigned layout = in.byte();
  const unsigned order = layout & kOrder;
  if ((layout & kUnused) != 0 || order > kMostOrder || order >= numbers.size()) return in.fail();
  for (unsigned i = 0; i < order; ++i) numbers[i] = in.signed_varint();
  const bool scaled = (layout & kScaled) != 0;
  const auto step = scaled ? static_cast<std::int64_t>(in.varint()) : 1;
  const std::int64_t origin = scaled ? in.signed_varint() : 0;

  const auto packed = numbers.subspan(order);
  decode_block(in, packed);
  if (!in.good()) return;
  if (scaled)
    for (std::int64_t& number : packed) number = wrapped_add(origin, wrapped_multiply(step, number));
  for (unsigned i = order; i-- > 0;) sum_up(numbers.subspan(i));  // of order 2, numbers[1] is a difference
}

}  // namespace oculus::store::codec
