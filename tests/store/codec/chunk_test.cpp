// Whole pieces: bit for bit the same after a way through bytes, and as small as promised.
#include "store/codec/chunk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "store/codec/shapes.hpp"

namespace oculus::store::codec {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <typename Piece>
std::string encoded(const Piece& piece) {
  std::string bytes;
  encode(piece, bytes);
  return bytes;
}

TEST(Frame, ComesBackBitForBit) {
  Frame read;  // one for all: what it held before must not matter
  std::vector<std::int64_t> at;
  for (const std::size_t count : counts())
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const Frame frame = some_frame(count, seed * 10'000 + count);
      const std::string bytes = encoded(frame);
      ASSERT_TRUE(decode(bytes, read)) << count << ", " << seed;
      ASSERT_EQ(read, frame) << count << ", " << seed;
      ASSERT_TRUE(decode_times(bytes, at));
      ASSERT_EQ(at, frame.at);
    }
}

TEST(Frame, OfEachKindOfTimesComesBack) {
  for (const auto& shape : time_shapes())
    for (const std::size_t count : {0U, 1U, 2U, 3U, 4U, 5U, 511U, 512U, 4096U}) {
      Frame frame;
      frame.at = shape.make(count, 9);
      frame.success.assign(count, 1);
      frame.took.assign(count, kNoDuration);
      frame.tags.assign(count, 0);
      Frame read;
      ASSERT_TRUE(decode(encoded(frame), read)) << shape.name;
      ASSERT_EQ(read, frame) << shape.name;
    }
}

TEST(Values, ComeBackBitForBit) {
  Values read;
  for (const auto& shape : value_shapes())
    for (const auto& pattern : bit_shapes())
      for (const std::size_t count : counts()) {
        if (count % 7 != 0 && count > 20 && count < 500) continue;  // every length with some pattern is enough
        const Values values = some_values(shape, pattern.make(count, count), count);
        const std::string bytes = encoded(values);
        ASSERT_TRUE(decode(bytes, count, read)) << count << " of " << shape.name << ", " << pattern.name;
        ASSERT_EQ(read.present, values.present) << shape.name << ", " << pattern.name;
        ASSERT_EQ(bits_of(read.value), bits_of(values.value)) << count << " of " << shape.name << ", " << pattern.name;
      }
}

TEST(Values, AreNotTakenForAnotherCount) {
  const Values values = some_values(value_shapes()[3], std::vector<std::uint8_t>(512, 1), 1);
  const std::string bytes = encoded(values);
  Values read;
  for (const std::size_t count : {0U, 1U, 256U, 504U, 520U, 4096U}) EXPECT_FALSE(decode(bytes, count, read)) << count;
  EXPECT_FALSE(decode(bytes, kMostSamples + 1, read));
  EXPECT_LE(read.value.capacity(), kMostSamples);
}

TEST(Chunk, AppendsBehindWhatIsThere) {
  const Frame frame = some_frame(100, 5);
  std::string bytes = "head";
  encode(frame, bytes);
  EXPECT_EQ(bytes, "head" + encoded(frame));
}

// What the made-up series of the benches take, with a little room: 512 samples, two in 1,000 of them failed.
class Sizes : public testing::Test {
 protected:
  static constexpr std::size_t kCount = 512;
  std::mt19937_64 random_{7};
  std::normal_distribution<double> normal_;

  template <typename Next>
  double bytes_per_value(Next next) {
    std::string bytes;
    constexpr int kChunks = 20;
    for (int chunk = 0; chunk < kChunks; ++chunk) {
      Values values;
      for (std::size_t i = 0; i < kCount; ++i) {
        const bool there = random_() % 1000 >= 2;
        const double value = next();
        values.value.push_back(there ? value : 0);
        values.present.push_back(there ? 1 : 0);
      }
      encode(values, bytes);
    }
    return static_cast<double>(bytes.size()) / (kCount * kChunks);
  }

  static Frame frame_of(const char* times) {
    Frame frame;
    for (const auto& shape : time_shapes())
      if (shape.name == std::string_view(times)) frame.at = shape.make(kCount, 11);
    frame.success.assign(kCount, 1);
    frame.took_is_value = true;
    frame.tags.assign(kCount, 0);
    return frame;
  }
};

TEST_F(Sizes, AConstantSeriesTakesNextToNothing) {
  const Values values{std::vector<double>(kCount, 42.5), std::vector<std::uint8_t>(kCount, 1)};
  EXPECT_LE(encoded(values).size(), 12U);
  EXPECT_LE(encoded(frame_of("exact grid")).size(), 24U);
}

TEST_F(Sizes, JitteredTimesTakeTheirJitter) { EXPECT_LE(encoded(frame_of("ms jitter")).size(), kCount * 30 / 100); }

TEST_F(Sizes, LatenciesInTenths) {
  double median = 0;
  const auto next = [&] { return std::round(std::exp(median + 0.3 * normal_(random_)) * 10) / 10; };
  median = std::log(25);
  EXPECT_LE(bytes_per_value(next), 1.15);
}

TEST_F(Sizes, PricesInCents) {
  double price = 321.5;
  EXPECT_LE(bytes_per_value([&] { return price = std::round((price + 0.05 * normal_(random_)) * 100) / 100; }), 0.66);
}

TEST_F(Sizes, Counters) {
  double count = 123'456;
  EXPECT_LE(bytes_per_value([&] { return count += std::max(0.0, std::round(100 + 10 * normal_(random_))); }), 0.79);
}

TEST_F(Sizes, FloatsTakeFewerBytesThanDoubles) {
  double level = 50;
  EXPECT_LE(bytes_per_value([&] {
              level += 0.1 * normal_(random_);
              return static_cast<double>(static_cast<float>(level));
            }),
            2.3);
}

TEST_F(Sizes, WhatHasNoPatternIsNotInflated) {
  EXPECT_LE(bytes_per_value([&] { return std::bit_cast<double>(random_()); }), 8.1);
}

TEST_F(Sizes, ASummaryIsShort) {
  Values values = some_values(value_shapes()[3], std::vector<std::uint8_t>(kCount, 1), 4);
  EXPECT_LE(encoded(summarize(frame_of("ms jitter"), values)).size(), 25U);
}

Frame plain_frame(std::size_t count) {
  Frame frame;
  for (std::size_t i = 0; i < count; ++i) frame.at.push_back(static_cast<std::int64_t>(i));
  frame.success.assign(count, 1);
  frame.took_is_value = true;
  frame.tags.assign(count, 0);
  return frame;
}

Summary summary_of(std::vector<double> values, std::vector<std::uint8_t> present = {}) {
  if (present.empty()) present.assign(values.size(), 1);
  const std::size_t count = values.size();
  return summarize(plain_frame(count), {std::move(values), std::move(present)});
}

TEST(Summary, TellsCountsAndExtremesOfWhatIsThere) {
  Frame frame = plain_frame(5);
  frame.success[0] = frame.success[4] = 0;
  const Summary made = summarize(frame, {{0, 3.5, -2, 7, 0}, {0, 1, 1, 1, 0}});
  EXPECT_EQ(made.count, 5U);
  EXPECT_EQ(made.present, 3U);
  EXPECT_EQ(made.failures, 2U);
  EXPECT_EQ(made.least, -2);
  EXPECT_EQ(made.most, 7);
  EXPECT_EQ(made.sum, 8.5);
  EXPECT_EQ(made.first, 3.5);
  EXPECT_EQ(made.last, 7);
}

TEST(Summary, LeavesNaNOut) {
  const Summary made = summary_of({std::nan(""), 2, std::nan(""), 1, std::nan("")});
  EXPECT_EQ(made.present, 5U);
  EXPECT_EQ(made.least, 1);
  EXPECT_EQ(made.most, 2);
  EXPECT_EQ(made.sum, 3);
  EXPECT_TRUE(std::isnan(made.first));
  EXPECT_TRUE(std::isnan(made.last));
}

TEST(Summary, OfNothingIsNought) {
  for (const Summary& made : {summary_of({}), summary_of({0, 0}, {0, 0}), summary_of({std::nan("")})}) {
    EXPECT_EQ(made.least, 0);
    EXPECT_EQ(made.most, 0);
    EXPECT_EQ(made.sum, 0);
  }
}

TEST(Summary, SumsWithoutLosingTheSmall) {
  EXPECT_EQ(summary_of({1e100, 1, -1e100, 1}).sum, 2);
  EXPECT_EQ(summary_of(std::vector<double>(10, 0.1)).sum, 1);
  EXPECT_EQ(summary_of({kInfinity, 1}).sum, kInfinity);
  EXPECT_TRUE(std::isnan(summary_of({kInfinity, -kInfinity}).sum));
}

TEST(Summary, ComesBackBitForBit) {
  for (const auto& shape : value_shapes())
    for (const auto& pattern : bit_shapes())
      for (const std::size_t count : {0U, 1U, 2U, 100U, 512U, 4096U}) {
        Frame frame = plain_frame(count);
        frame.success = pattern.make(count, 2);
        const Summary made = summarize(frame, some_values(shape, pattern.make(count, 5), 3));
        Summary read;
        ASSERT_TRUE(decode(encoded(made), read)) << shape.name;
        ASSERT_EQ(bits_of({read.least, read.most, read.sum, read.first, read.last}),
                  bits_of({made.least, made.most, made.sum, made.first, made.last}))
            << shape.name;
        ASSERT_EQ(read.count, made.count);
        ASSERT_EQ(read.present, made.present);
        ASSERT_EQ(read.failures, made.failures);
      }
}

}  // namespace
}  // namespace oculus::store::codec
