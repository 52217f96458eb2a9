#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>
#include <span>

#include "store/codec/bit_column.hpp"
#include "store/codec/chunk.hpp"
#include "store/codec/decimal.hpp"
#include "store/codec/piece.hpp"

namespace oculus::store::codec {
namespace {

// The byte that says how the figures lie: the exponent of ten that suits all but the sum, or kRaw.
constexpr unsigned kExponent = 0x1f, kRaw = 0x1f;
constexpr unsigned kRawSum = 0x20;  // the sum follows as it is
constexpr unsigned kUnused = 0xc0;

/// A sum that remembers what its additions rounded off (Neumaier).
class CompensatedSum {
 public:
  void add(double value) noexcept {
    const double sum = sum_ + value;
    lost_ += std::abs(sum_) >= std::abs(value) ? (sum_ - sum) + value : (value - sum) + sum_;
    sum_ = sum;
  }
  [[nodiscard]] double total() const noexcept { return std::isfinite(sum_) ? sum_ + lost_ : sum_; }

 private:
  double sum_ = 0, lost_ = 0;
};

struct Decimals {
  unsigned exponent;
  std::int64_t first, least, most, last;
};

/// The smallest exponent for which all but the sum are decimals of a size that saves bytes.
std::optional<Decimals> decimals(const Summary& summary) noexcept {
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  for (unsigned exponent = 0; exponent <= kMostExponent; ++exponent) {
    std::array<std::int64_t, 4> numbers{};
    const std::array<double, 4> figures = {summary.first, summary.least, summary.most, summary.last};
    std::size_t fitting = 0;
    for (; fitting < figures.size(); ++fitting) {
      const auto number = decimal(figures[fitting], exponent);
      if (!number || std::abs(*number) >= kMost) break;
      numbers[fitting] = *number;
    }
    if (fitting == figures.size()) return Decimals{exponent, numbers[0], numbers[1], numbers[2], numbers[3]};
  }
  return std::nullopt;
}

}  // namespace

Summary summarize(const Frame& frame, const Values& values) {
  assert(values.value.size() == frame.size() && values.present.size() == frame.size());
  Summary made;
  made.count = static_cast<std::uint32_t>(frame.size());
  made.failures = made.count - static_cast<std::uint32_t>(count_ones(frame.success));
  CompensatedSum sum;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  bool any = false;
  for (std::size_t i = 0; i < values.value.size(); ++i) {
    if (values.present[i] == 0) continue;
    const double value = values.value[i];
    if (made.present++ == 0) made.first = value;
    made.last = value;
    if (std::isnan(value)) continue;
    any = true;
    least = std::min(least, value);
    most = std::max(most, value);
    sum.add(value);
  }
  if (!any) return made;
  made.least = least;
  made.most = most;
  made.sum = sum.total();
  return made;
}

void encode(const Summary& summary, std::string& out) {
  const std::size_t begin = begin_piece(out, Format::summary);
  put_varint(out, summary.count);
  put_varint(out, summary.count - summary.present);
  put_varint(out, summary.failures);
  const auto scaled = decimals(summary);
  if (!scaled) {
    out.push_back(static_cast<char>(kRaw));
    for (const double figure : {summary.first, summary.least, summary.most, summary.last, summary.sum})
      put_little(out, figure);
    return end_piece(out, begin);
  }
  const auto sum = decimal(summary.sum, scaled->exponent);
  out.push_back(static_cast<char>(scaled->exponent | (sum ? 0U : kRawSum)));
  put_signed(out, scaled->first);
  for (const std::int64_t number : {scaled->least, scaled->most, scaled->last}) put_signed(out, number - scaled->first);
  if (sum) {  // about the middle between least and most, as many times as there are values
    put_signed(out, wrapped_subtract(*sum, wrapped_multiply(scaled->first, summary.present)));
  } else {
    put_little(out, summary.sum);
  }
  end_piece(out, begin);
}

bool decode(std::string_view bytes, Summary& out) {
  ByteReader in = open_piece(bytes, Format::summary);
  const std::uint64_t count = in.varint(), absent = in.varint(), failures = in.varint();
  const unsigned layout = in.byte();
  const unsigned exponent = layout & kExponent;
  if (!in.good() || (layout & kUnused) != 0 || count > kMostSamples || absent > count || failures > count) return false;
  out.count = static_cast<std::uint32_t>(count);
  out.present = static_cast<std::uint32_t>(count - absent);
  out.failures = static_cast<std::uint32_t>(failures);
  const std::array<double*, 4> figures = {&out.first, &out.least, &out.most, &out.last};
  if (exponent == kRaw) {
    for (double* figure : figures) *figure = in.little<double>();
    out.sum = in.little<double>();
    return in.finished();
  }
  if (exponent > kMostExponent) return false;
  std::array<std::int64_t, 4> numbers{in.signed_varint()};
  for (std::size_t i = 1; i < numbers.size(); ++i) numbers[i] = wrapped_add(numbers[0], in.signed_varint());
  for (std::size_t i = 0; i < numbers.size(); ++i) from_decimals({&numbers[i], 1}, exponent, {figures[i], 1});
  if ((layout & kRawSum) != 0) {
    out.sum = in.little<double>();
  } else {
    const std::int64_t sum = wrapped_add(in.signed_varint(), wrapped_multiply(numbers[0], out.present));
    from_decimals({&sum, 1}, exponent, {&out.sum, 1});
  }
  return in.finished();
}

}  // namespace oculus::store::codec
