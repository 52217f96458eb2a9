#include "store/codec/grid.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "store/codec/bytes.hpp"

namespace oculus::store::codec {
namespace {

/// How many steps are nearest to `distance`.
std::int64_t steps_in(std::int64_t distance, std::int64_t step) noexcept {
  if (distance - step / 2 < 0) return 0;
  return distance - step < step / 2 ? 1 : (distance + step / 2) / step;  // mostly one: no division
}

/// The median of up to 32 distances between neighbours.
std::int64_t usual_distance(std::span<const std::int64_t> at) noexcept {
  std::array<std::int64_t, 32> sample;
  const std::size_t stride = std::max<std::size_t>((at.size() - 1) / sample.size(), 1);
  std::size_t count = 0;
  for (std::size_t i = 1; i < at.size() && count < sample.size(); i += stride) sample[count++] = at[i] - at[i - 1];
  std::nth_element(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(count / 2),
                   sample.begin() + static_cast<std::ptrdiff_t>(count));
  return sample[count / 2];
}

/// The whole span over all its slots: with n stamps the jitter of one falls to an n-th.
std::int64_t average_step(std::span<const std::int64_t> at, std::int64_t step) noexcept {
  std::int64_t slots = 0;
  for (std::size_t i = 1; i < at.size(); ++i) slots += steps_in(at[i] - at[i - 1], step);
  slots = std::max<std::int64_t>(slots, 1);
  return std::max<std::int64_t>((at.back() - at.front() + slots / 2) / slots, 1);
}

/// The number with the most zeros at its end that is no further than `tolerance` from `step`.
std::int64_t roundest(std::int64_t step, std::int64_t tolerance) noexcept {
  std::int64_t round = step;
  for (std::int64_t power = 10; power <= step; power *= 10) {
    const std::int64_t candidate = (step + power / 2) / power * power;
    if (std::max(candidate, step) - std::min(candidate, step) <= tolerance) round = candidate;
    if (power > step / 10) break;
  }
  return round;
}

GridFit lay(std::span<const std::int64_t> at, std::int64_t step, std::span<std::int64_t> slots,
            std::span<std::int64_t> rest) noexcept {
  std::int64_t least = 0, most = 0, expected = 0, jumps = 0;  // counted from the first: no sum can pass 2^63
  rest[0] = 0;
  for (std::size_t i = 1; i < at.size(); ++i) {
    const std::int64_t passed = wrapped_subtract(at[i], at.front());
    const std::int64_t steps = steps_in(passed - expected, step);
    expected += steps * step;
    slots[i - 1] = steps;
    jumps |= steps ^ 1;
    rest[i] = passed - expected;
    least = std::min(least, rest[i]);
    most = std::max(most, rest[i]);
  }
  return {step, least, static_cast<std::uint64_t>(most - least), jumps == 0};
}

}  // namespace

std::optional<GridFit> fit_grid(std::span<const std::int64_t> at, std::span<std::int64_t> slots,
                                std::span<std::int64_t> rest) noexcept {
  if (at.size() < 4) return std::nullopt;
  if (static_cast<std::uint64_t>(at.back()) - static_cast<std::uint64_t>(at.front()) >= std::uint64_t{1} << 61)
    return std::nullopt;
  const std::int64_t step = average_step(at, average_step(at, usual_distance(at)));
  const GridFit fit = lay(at, step, slots, rest);
  if (fit.range / 3 >= static_cast<std::uint64_t>(step) / 4) return std::nullopt;

  // A schedule is a round number that the jitter of the first and the last stamp has hidden.
  const auto steps = static_cast<std::uint64_t>((at.back() - at.front()) / step);
  const auto tolerance = static_cast<std::int64_t>(fit.range / std::max<std::uint64_t>(steps, 1));
  const std::int64_t round = roundest(step, tolerance);
  if (round == step) return fit;
  const GridFit rounded = lay(at, round, slots, rest);
  return rounded.range <= fit.range ? rounded : lay(at, step, slots, rest);
}

}  // namespace oculus::store::codec
