// The parts of a chunk: each gives back what it was given, and takes no more room than it must.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "store/codec/bit_column.hpp"
#include "store/codec/bit_packing.hpp"
#include "store/codec/decimal.hpp"
#include "store/codec/integer_column.hpp"
#include "store/codec/shapes.hpp"
#include "store/codec/times.hpp"

namespace oculus::store::codec {
namespace {

using testing::Eq;
using testing::Optional;

constexpr auto kEncodeTimes = [](const std::vector<std::int64_t>& at, std::string& out) { encode_times(at, out); };
constexpr auto kDecodeTimes = [](ByteReader& in, std::vector<std::int64_t>& at) { decode_times(in, at); };

/// Encodes every shape in every length behind other bytes, and reads it back before others.
template <typename Number, typename Encode, typename Decode>
void come_back(const std::vector<Shape<Number>>& shapes, Encode encode, Decode decode) {
  for (const Shape<Number>& shape : shapes)
    for (const std::size_t count : counts()) {
      const std::vector<Number> column = shape.make(count, count);
      std::string bytes = "before";
      encode(column, bytes);
      ASSERT_TRUE(bytes.starts_with("before"));
      bytes += "after";
      ByteReader in(std::string_view(bytes).substr(6));
      std::vector<Number> read(count, 77);
      decode(in, read);
      ASSERT_TRUE(in.good()) << count << " of " << shape.name;
      ASSERT_EQ(in.left(), "after") << count << " of " << shape.name;
      ASSERT_EQ(read, column) << count << " of " << shape.name;
    }
}

std::size_t integer_bytes(const std::vector<std::int64_t>& column) {
  std::string bytes;
  encode_integers(column, bytes);
  return bytes.size();
}

const std::vector<std::int64_t>& integers_of(const char* name, std::size_t count, std::uint64_t seed) {
  static std::vector<std::int64_t> made;
  for (const auto& shape : integer_shapes())
    if (shape.name == std::string_view(name)) return made = shape.make(count, seed);
  ADD_FAILURE() << "no shape " << name;
  return made;
}

TEST(IntegerColumn, GivesBackAnyIntegers) {
  come_back(
      integer_shapes(), [](const auto& column, std::string& out) { encode_integers(column, out); },
      [](ByteReader& in, auto& column) { decode_integers(in, column); });
}

TEST(IntegerColumn, GivesBackEveryWidth) {
  for (const char* name : {"random of a width", "differences of a width"})
    for (std::uint64_t width = 0; width <= 64; ++width)
      for (std::size_t count = 1; count <= 41; ++count) {
        const auto column = integers_of(name, count, width);
        std::string bytes;
        encode_integers(column, bytes);
        std::vector<std::int64_t> read(count);
        ByteReader in(bytes);
        decode_integers(in, read);
        ASSERT_TRUE(in.finished());
        ASSERT_EQ(read, column) << name << " " << width << ", " << count;
      }
}

TEST(IntegerColumn, TakesNoMoreThanItHolds) {
  EXPECT_LE(integer_bytes(integers_of("zero", 512, 1)), 2U);
  EXPECT_LE(integer_bytes(integers_of("least", 512, 1)), 12U);
  EXPECT_LE(integer_bytes(integers_of("counting", 4096, 1)), 4U);
  EXPECT_LE(integer_bytes(integers_of("squares", 4096, 1)), 6U);
  EXPECT_LE(integer_bytes(integers_of("multiples of 4096", 512, 1)), 512U * 10 / 8 + 12);  // 1,000 different
  EXPECT_LE(integer_bytes(integers_of("huge multiples", 512, 1)), 512U * 9 / 8 + 30);
  EXPECT_LE(integer_bytes(integers_of("a walk", 512, 1)), 512U * 5 / 8 + 12);  // 21 steps: 4.4 bits of news
  EXPECT_LE(integer_bytes(integers_of("spikes of any size", 512, 1)), 512U * 6 / 8 + 512 / 20 * 12);
  EXPECT_LE(integer_bytes(integers_of("random of a width", 4096, 64)), 4096U * 8 + 2);
}

TEST(BitPacking, TouchesNothingBeyondTheNumbers) {
  for (unsigned width = 0; width <= 64; ++width)
    for (const std::size_t count : {1U, 7U, 8U, 9U, 31U, 200U}) {
      const auto numbers = integers_of("random of a width", count, width);
      std::string packed;
      pack(numbers, 0, width, packed);
      ASSERT_EQ(packed.size(), packed_bytes(count, width));
      const std::vector<char> exact(packed.begin(), packed.end());  // the address sanitizer watches its end
      for (const std::size_t more : {0U, 1U, 100U}) {
        std::vector<char> bytes = exact;
        bytes.resize(exact.size() + more, '\xff');
        std::vector<std::int64_t> read(count + 1, -7);
        unpack({bytes.data(), bytes.size()}, 0, width, std::span(read).first(count));
        ASSERT_EQ(read.back(), -7);
        read.pop_back();
        ASSERT_EQ(read, numbers) << width << " " << count << " " << more;
      }
    }
}

TEST(Times, GiveBackAnyAscendingStamps) { come_back(time_shapes(), kEncodeTimes, kDecodeTimes); }

TEST(Times, FindTheGridUnderTheJitter) {
  const auto bytes_of = [](const char* name) {
    for (const auto& shape : time_shapes())
      if (shape.name == std::string_view(name)) {
        std::string bytes;
        encode_times(shape.make(512, 3), bytes);
        return bytes.size();
      }
    return std::size_t{9999};
  };
  EXPECT_LE(bytes_of("exact grid"), 14U);
  EXPECT_LE(bytes_of("ms jitter"), 512U * 2 / 8 + 16);   // 4 different
  EXPECT_LE(bytes_of("us jitter"), 512U * 12 / 8 + 18);  // 3,000 different
  EXPECT_LE(bytes_of("gaps"), 512U * 7 / 8 + 90);        // 90 different, a gap of 13 bits in 40
}

TEST(Times, RefuseStampsThatDoNotAscend) {
  std::string bytes;
  encode_times(std::vector<std::int64_t>{5, 6, 6, 9}, bytes);
  std::vector<std::int64_t> read(4);
  ByteReader in(bytes);
  decode_times(in, read);
  EXPECT_FALSE(in.good());
}

TEST(BitColumn, GivesBackAnyBits) {
  come_back(
      bit_shapes(), [](const auto& column, std::string& out) { encode_bits(column, out); },
      [](ByteReader& in, auto& column) { decode_bits(in, column); });
}

TEST(BitColumn, TakesNoMoreThanABitEach) {
  for (const auto& shape : bit_shapes())
    for (const std::size_t count : counts()) {
      std::string bytes;
      encode_bits(shape.make(count, 1), bytes);
      ASSERT_LE(bytes.size(), (count + 7) / 8 + (count == 0 ? 0 : 1)) << count << " of " << shape.name;
    }
  std::string one_missing;
  std::vector<std::uint8_t> bits(512, 1);
  bits[300] = 0;
  encode_bits(bits, one_missing);
  EXPECT_LE(one_missing.size(), 4U);
}

TEST(Decimal, IsExactOrNothing) {
  EXPECT_THAT(decimal(12.3, 1), Optional(Eq(123)));
  EXPECT_THAT(decimal(12.3, 2), Optional(Eq(1230)));
  EXPECT_THAT(decimal(-0.07, 2), Optional(Eq(-7)));
  EXPECT_THAT(decimal(1e-22, 22), Optional(Eq(1)));
  EXPECT_THAT(decimal(0x1p62, 0), Optional(Eq(std::int64_t{1} << 62)));
  EXPECT_EQ(decimal(12.34, 1), std::nullopt);
  EXPECT_EQ(decimal(0.1 + 0.2, 1), std::nullopt);
  EXPECT_EQ(decimal(-0.0, 0), std::nullopt);
  EXPECT_EQ(decimal(0x1p63, 0), std::nullopt);
  EXPECT_EQ(decimal(std::nan(""), 3), std::nullopt);
  EXPECT_EQ(decimal(-std::numeric_limits<double>::infinity(), 0), std::nullopt);
}

TEST(Decimal, FindsTheDigitsOfMostValues) {
  std::vector<double> values(100, 5);
  EXPECT_THAT(find_exponent(values), Optional(0U));
  for (std::size_t i = 0; i < values.size(); i += 3) values[i] = 0.25;
  EXPECT_THAT(find_exponent(values), Optional(2U));
  for (double& value : values) value *= 1e-300;
  EXPECT_EQ(find_exponent(values), std::nullopt);
}

TEST(Decimal, NotesWhatIsNone) {
  const std::vector<double> values = {1.5, std::nan(""), 2.5, -0.0, 1.0 / 3};
  std::vector<std::int64_t> numbers(values.size());
  std::vector<std::uint16_t> exceptions(values.size());
  ASSERT_EQ(to_decimals(values, 1, numbers, exceptions), 3U);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{15, 15, 25, 25, 25}));
  EXPECT_EQ(exceptions, (std::vector<std::uint16_t>{1, 3, 4, 0, 0}));
}

}  // namespace
}  // namespace oculus::store::codec
