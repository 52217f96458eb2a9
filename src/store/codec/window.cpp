#include "store/codec/window.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace oculus::store::codec {
namespace {

constexpr unsigned kBucketBits = 8;
constexpr std::size_t kBuckets = std::size_t{1} << kBucketBits;

/// A stretch of numbers in equal buckets.
class Histogram {
 public:
  Histogram(std::span<const std::int64_t> numbers, std::uint64_t least, std::uint64_t span) noexcept
      : all_(numbers.size()),
        least_(least),
        shift_(std::max(static_cast<unsigned>(std::bit_width(span)), kBucketBits) - kBucketBits) {
    std::array<std::uint16_t, kBuckets + 1> counts{};  // the last one is for what lies elsewhere
    for (const std::int64_t number : numbers)
      ++counts[std::min<std::uint64_t>((static_cast<std::uint64_t>(number) - least) >> shift_, kBuckets)];
    std::uint16_t before = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      before_[i] = before;
      before = static_cast<std::uint16_t>(before + counts[i]);
    }
    std::fill(before_.begin() + kBuckets, before_.end(), before);
    for (unsigned i = 0; i <= kBucketBits; ++i) near_[i] = before - most_in(std::size_t{1} << i);
  }

  [[nodiscard]] unsigned least_width() const noexcept { return shift_; }

  /// The best of the windows of 2^`width` numbers, `least_width` at least and at most kBucketBits more; the farthest of
  /// all numbers may be 2^`span_bits` away.
  [[nodiscard]] Window window(unsigned width, unsigned span_bits) const noexcept {
    const std::size_t i = width - shift_;
    const std::size_t buckets = std::size_t{1} << i;
    const std::size_t held = before_.back() - near_[i];
    std::size_t first = 0;
    while (static_cast<std::size_t>(before_[first + buckets] - before_[first]) != held) ++first;
    return {static_cast<std::int64_t>(least_ + (std::uint64_t{first} << shift_)), width, bits(width, span_bits)};
  }

  /// About what a column takes with that window.
  [[nodiscard]] std::uint64_t bits(unsigned width, unsigned span_bits) const noexcept {
    const std::size_t i = width - shift_;
    const std::size_t far = all_ - before_.back(), exceptions = near_[i] + far;
    const std::uint64_t packed = all_ * width;
    if (exceptions == 0) return packed;
    constexpr std::uint64_t kHead = 40;
    if (exceptions > all_ / 2) return ~std::uint64_t{0};
    const auto gap = static_cast<std::uint64_t>(std::bit_width(all_ / exceptions)) + 1;
    std::uint64_t wider = 0;  // each doubling of the distance costs a bit, and half a one because not all cost the same
    for (std::size_t j = i + 1; j < near_.size(); ++j) wider += near_[j];
    return packed + kHead + exceptions * (gap + 1) + wider * 3 / 2 + far * (span_bits - width);
  }

 private:
  /// The most numbers that any `buckets` neighbours hold.
  [[nodiscard]] std::size_t most_in(std::size_t buckets) const noexcept {
    std::int16_t most = 0;
    for (std::size_t i = 0; i < kBuckets; ++i)
      most = std::max(most, static_cast<std::int16_t>(before_[i + buckets] - before_[i]));
    return static_cast<std::size_t>(most);
  }

  const std::size_t all_;
  const std::uint64_t least_;
  const unsigned shift_;
  std::array<std::uint16_t, 2 * kBuckets + 1> before_;  // how many numbers lie before each bucket
  std::array<std::size_t, kBucketBits + 1> near_;       // how many the best window of 2^i buckets leaves out
};

struct Extent {
  std::uint64_t least, span;
};

Extent extent_of(std::span<const std::int64_t> numbers) noexcept {
  std::int64_t low = numbers.front(), high = low;
  for (const std::int64_t number : numbers) {
    low = std::min(low, number);
    high = std::max(high, number);
  }
  return {static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low)};
}

/// The window and as much on either side, within what was looked at so far.
Extent around(const Window& window, const Extent& seen) noexcept {
  const std::uint64_t size = std::uint64_t{1} << window.width;
  const std::uint64_t lead = std::min(size, static_cast<std::uint64_t>(window.base) - seen.least);
  return {static_cast<std::uint64_t>(window.base) - lead, std::min(lead + 2 * size - 1, seen.span)};
}

}  // namespace

Windows find_windows(std::span<const std::int64_t> numbers) noexcept {
  const Extent whole = extent_of(numbers);
  const auto span_bits = static_cast<unsigned>(std::bit_width(whole.span));
  const Window full{static_cast<std::int64_t>(whole.least), span_bits, numbers.size() * span_bits};
  Windows found{{full}, 1};

  for (Extent seen = whole; seen.span != 0;) {
    const Histogram histogram(numbers, seen.least, seen.span);
    const unsigned first = histogram.least_width(), last = std::min(first + kBucketBits, span_bits - 1);
    unsigned best = first;
    for (unsigned width = first; width <= last; ++width)
      if (histogram.bits(width, span_bits) < histogram.bits(best, span_bits)) best = width;
    const Window window = histogram.window(best, span_bits);

    constexpr unsigned kFine = 4;  // buckets finer than a sixteenth of the window gain nothing
    if (first != 0 && best < first + kFine) {
      const Extent closer = around(window, seen);
      if (closer.span < seen.span) {
        seen = closer;
        continue;
      }
    }
    if (window.bits < full.bits) found = {{window}, 1};
    const std::uint64_t close = found.best[0].bits + found.best[0].bits / 16;  // the estimate may err that much
    for (const unsigned width : {best - 1, best + 1})
      if (width >= first && width <= last && histogram.bits(width, span_bits) <= close)
        found.best[found.count++] = histogram.window(width, span_bits);
    break;
  }
  return found;
}

}  // namespace oculus::store::codec
