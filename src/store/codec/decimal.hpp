// Doubles that came from decimal text, as whole numbers: value == number / 10^exponent, bit for bit. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace oculus::store::codec {

inline constexpr unsigned kMostExponent = 22;  // 10^22 is the last power of ten that a double holds exactly

/// The number that gives exactly `value` when divided by 10^`exponent`, if there is one.
[[nodiscard]] std::optional<std::int64_t> decimal(double value, unsigned exponent) noexcept;

/// The exponent that suits most of `values`, judged by a few of them; nothing when hardly any is a decimal.
[[nodiscard]] std::optional<unsigned> find_exponent(std::span<const double> values) noexcept;

/// Fills `numbers` where there is one for the value; elsewhere it repeats the number before and notes the place in
/// `exceptions`, which has room for all. Gives how many were noted.
std::size_t to_decimals(std::span<const double> values, unsigned exponent, std::span<std::int64_t> numbers,
                        std::span<std::uint16_t> exceptions) noexcept;

void from_decimals(std::span<const std::int64_t> numbers, unsigned exponent, std::span<double> values) noexcept;

}  // namespace oculus::store::codec
