#include "web/compression.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

namespace oculus::web {
namespace {

TEST(Compression, FollowsTheWeights) {
  for (const char* header : {"gzip", "GZIP", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*", "x-gzip",
                             "gzip;q=0.001", "identity;q=0.5, gzip;q=1.000", "gzip ; q=0.5 , identity;q=0", "*;q=0.5"})
    EXPECT_TRUE(accepts_gzip(header)) << header;
  for (const char* header :
       {"", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "identity, gzip;q=0.5", "gzip;q=2",
        "gzip;q=-1", "gzip;q=x", "gzip;q=", "gzipped", "gzip;level=9"})
    EXPECT_FALSE(accepts_gzip(header)) << header;
}

TEST(Compression, IsForText) {
  for (const char* type : {"text/html; charset=utf-8", "application/json", "application/problem+json", "image/svg+xml"})
    EXPECT_TRUE(is_compressible(type)) << type;
  for (const char* type : {"image/png", "font/woff2", "application/gzip", ""})
    EXPECT_FALSE(is_compressible(type)) << type;
}

TEST(Compression, OfSlicesIsOneStream) {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same bytes each time
  std::string text(200'000, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 20);
  Gzip gzip;
  for (std::size_t at = 0; at < text.size(); at += kGzipSlice)
    gzip.add(std::string_view(text).substr(at, kGzipSlice), at + kGzipSlice >= text.size());
  const std::string packed = gzip.take();

  std::string unpacked(text.size(), '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 31), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
  stream.avail_out = static_cast<uInt>(unpacked.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U);
  inflateEnd(&stream);
  EXPECT_EQ(unpacked, text);
}

}  // namespace
}  // namespace oculus::web
