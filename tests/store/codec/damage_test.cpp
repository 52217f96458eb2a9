// Bytes that are not what an encoder wrote: found out, or at least harmless.
#include <gtest/gtest.h>

#include <random>

#include "store/codec/chunk.hpp"
#include "store/codec/piece.hpp"
#include "store/codec/shapes.hpp"

namespace oculus::store::codec {
namespace {

struct Read {
  Frame frame;
  Values values;
  Summary summary;
  std::vector<std::int64_t> at;

  /// Whether any reader takes `bytes`, which lie in memory of exactly that size.
  bool any(std::string_view bytes, std::size_t count) {
    const std::vector<char> exact(bytes.begin(), bytes.end());
    const std::string_view view(exact.data(), exact.size());
    const bool framed = decode(view, frame), timed = decode_times(view, at);
    return framed | timed | decode(view, count, values) | decode(view, summary);
  }
};

constexpr std::size_t kCount = 60;

std::vector<std::string> pieces() {
  std::vector<std::string> made;
  for (std::uint64_t seed = 0; seed < 8; ++seed) encode(some_frame(kCount, seed), made.emplace_back());
  Frame frame = some_frame(kCount, 1);
  for (const auto& shape : value_shapes()) {
    const Values values = some_values(shape, bit_shapes()[4].make(kCount, 1), 2);
    encode(values, made.emplace_back());
    encode(summarize(frame, values), made.emplace_back());
  }
  return made;
}

/// Gives the bytes a checksum that fits.
std::string sealed(std::string body) {
  const std::size_t size = body.size();
  body.resize(size + 4);
  store_little(body.data() + size, checksum(std::string_view(body).substr(0, size)));
  return body;
}

TEST(Damage, OfAnyBitIsFound) {
  Read read;
  for (std::string piece : pieces()) {
    ASSERT_TRUE(read.any(piece, kCount));
    for (std::size_t bit = 0; bit < 8 * piece.size(); ++bit) {
      piece[bit / 8] = static_cast<char>(piece[bit / 8] ^ (1 << (bit % 8)));
      ASSERT_FALSE(read.any(piece, kCount)) << "bit " << bit;
      piece[bit / 8] = static_cast<char>(piece[bit / 8] ^ (1 << (bit % 8)));
    }
  }
}

TEST(Damage, ByCuttingOrGluingIsFound) {
  Read read;
  for (const std::string& piece : pieces()) {
    for (std::size_t length = 0; length < piece.size(); ++length)
      ASSERT_FALSE(read.any(piece.substr(0, length), kCount)) << length;
    EXPECT_FALSE(read.any(piece + '\0', kCount));
    EXPECT_FALSE(read.any(piece + piece, kCount));
  }
}

TEST(Damage, WithAFittingChecksumIsHarmless) {
  Read read;
  for (const std::string& piece : pieces()) {
    const std::string body = piece.substr(0, piece.size() - 4);
    for (std::size_t bit = 8; bit < 8 * body.size(); ++bit) {
      std::string bent = body;
      bent[bit / 8] = static_cast<char>(bent[bit / 8] ^ (1 << (bit % 8)));
      read.any(sealed(bent), kCount);
    }
    for (std::size_t length = 0; length < body.size(); ++length)
      ASSERT_FALSE(decode(sealed(body.substr(0, length)), read.frame)) << length;
    ASSERT_FALSE(read.any(sealed(body + '\0'), kCount) && !decode_times(sealed(body + '\0'), read.at));
  }
}

TEST(Damage, ByGarbageIsHarmlessAndTakesLittleMemory) {
  Read read;
  std::mt19937_64 random(5);
  constexpr Format kFormats[] = {Format::frame, Format::values, Format::summary};
  for (int i = 0; i < 60'000; ++i) {
    std::string body(1, static_cast<char>(kFormats[random() % 3]));
    const std::uint64_t sparse = random() % 3;  // mostly small numbers lead deeper
    for (std::size_t left = random() % 100; left > 0; --left)
      body.push_back(static_cast<char>(sparse == 0 ? random() : random() % (sparse == 1 ? 8 : 80)));
    read.any(sealed(body), random() % (kMostSamples + 2));
  }
  EXPECT_LE(read.frame.at.capacity(), 2 * kMostSamples);
  EXPECT_LE(read.frame.dictionary.capacity(), 2 * kMostSamples);
  EXPECT_LE(read.values.value.capacity(), 2 * kMostSamples);
}

TEST(Damage, LeavesNoInvalidFrame) {
  std::mt19937_64 random(6);
  Frame read;
  for (int i = 0; i < 20'000; ++i) {
    std::string piece;
    encode(some_frame(kCount, static_cast<std::uint64_t>(i % 50)), piece);
    piece.resize(piece.size() - 4);
    for (std::uint64_t bends = 1 + random() % 3; bends > 0; --bends)
      piece[1 + random() % (piece.size() - 1)] = static_cast<char>(random());
    if (!decode(sealed(piece), read)) continue;
    ASSERT_EQ(read.success.size(), read.size());
    ASSERT_EQ(read.tags.size(), read.size());
    ASSERT_EQ(read.took.size(), read.took_is_value ? 0 : read.size());
    for (std::size_t j = 0; j < read.size(); ++j) {
      ASSERT_TRUE(j == 0 || read.at[j - 1] < read.at[j]);
      ASSERT_LE(read.success[j], 1);
      ASSERT_TRUE(read.tags[j] == 0 || read.tags[j] < read.dictionary.size());
      ASSERT_TRUE(read.took_is_value || read.took[j] >= 0 || read.took[j] == kNoDuration);
    }
  }
}

TEST(Damage, AnotherFormatIsRefused) {
  std::string piece;
  encode(some_frame(kCount, 3), piece);
  piece.resize(piece.size() - 4);
  piece[0] = 0x12;  // a frame of the next version
  Frame read;
  EXPECT_FALSE(decode(sealed(piece), read));
}

}  // namespace
}  // namespace oculus::store::codec
