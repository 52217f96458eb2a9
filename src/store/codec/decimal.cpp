#include "store/codec/decimal.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace oculus::store::codec {
namespace {

constexpr std::array<double, kMostExponent + 1> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                           1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                           1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Added to a number below 2^51, this leaves the nearest whole number in the low bits of the sum, without a conversion
// that processors cannot do on several numbers at once.
constexpr double kRounder = 0x1.8p52;
constexpr double kQuick = 0x1p51;

std::uint64_t bits_of(double value) noexcept { return std::bit_cast<std::uint64_t>(value); }
std::int64_t low_bits(double sum) noexcept { return static_cast<std::int64_t>(bits_of(sum) - bits_of(kRounder)); }

}  // namespace

std::optional<std::int64_t> decimal(double value, unsigned exponent) noexcept {
  const double scaled = value * kPowers[exponent];
  if (!(std::abs(scaled) < 0x1p63)) return std::nullopt;  // NaN too
  const auto number = static_cast<std::int64_t>(std::nearbyint(scaled));
  if (bits_of(static_cast<double>(number) / kPowers[exponent]) != bits_of(value)) return std::nullopt;
  return number;
}

std::optional<unsigned> find_exponent(std::span<const double> values) noexcept {
  constexpr std::size_t kTried = 16;
  constexpr unsigned kNone = kMostExponent + 1;
  std::array<unsigned, kNone + 1> found{};
  const std::size_t step = std::max<std::size_t>(values.size() / kTried, 1);
  std::size_t tried = 0;
  unsigned guess = 0;  // neighbours have mostly the same
  for (std::size_t i = step / 2; i < values.size() && tried < kTried; i += step, ++tried) {
    const auto fits = [value = values[i]](unsigned exponent) {
      const auto number = decimal(value, exponent);
      return number && (exponent == 0 || std::abs(*number) < std::int64_t{1} << 53);
    };
    unsigned exponent = 0;
    if (guess != 0 && fits(guess)) {
      exponent = guess;
    } else {
      while (exponent <= kMostExponent && !fits(exponent)) ++exponent;
    }
    ++found[exponent];
    if (exponent != kNone) guess = std::max(guess, exponent);
  }

  // Each further digit costs all numbers a little over three bits, each value left out a good 70.
  constexpr std::size_t kDigit = 10, kLeftOut = 3 * 72;  // thirds of bits
  std::size_t left_out = tried;
  std::optional<unsigned> best;
  std::size_t least = tried * 3 * 56;
  for (unsigned exponent = 0; exponent <= kMostExponent; ++exponent) {
    left_out -= found[exponent];
    const std::size_t bits = (tried - left_out) * kDigit * exponent + left_out * kLeftOut;
    if (found[exponent] == 0 || bits >= least) continue;
    least = bits;
    best = exponent;
  }
  return best;
}

std::size_t to_decimals(std::span<const double> values, unsigned exponent, std::span<std::int64_t> numbers,
                        std::span<std::uint16_t> exceptions) noexcept {
  const double power = kPowers[exponent];
  std::uint64_t differing = 0;
  bool quick = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double scaled = values[i] * power;
    const double sum = scaled + kRounder;
    numbers[i] = low_bits(sum);
    differing |= bits_of((sum - kRounder) / power) ^ bits_of(values[i]);
    quick &= std::abs(scaled) < kQuick;
  }
  if (differing == 0 && quick) return 0;

  std::size_t count = 0;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (const auto number = decimal(values[i], exponent)) {
      numbers[i] = before = *number;
    } else {
      numbers[i] = before;
      exceptions[count++] = static_cast<std::uint16_t>(i);
    }
  }
  return count;
}

void from_decimals(std::span<const std::int64_t> numbers, unsigned exponent, std::span<double> values) noexcept {
  const double power = kPowers[exponent];
  std::uint64_t beyond = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = static_cast<std::uint64_t>(numbers[i]);
    beyond |= number + (std::uint64_t{1} << 51);
    values[i] = (std::bit_cast<double>(number + bits_of(kRounder)) - kRounder) / power;
  }
  if ((beyond >> 52) == 0) return;
  for (std::size_t i = 0; i < numbers.size(); ++i) values[i] = static_cast<double>(numbers[i]) / power;
}

}  // namespace oculus::store::codec
