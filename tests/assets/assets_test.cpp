// What cmake/Assets.cmake puts into a binary, on a small tree of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "web/page/embedded_assets.hpp"

namespace oculus::web {
namespace {

using testing::ElementsAre;
const std::filesystem::path kTree = OCULUS_TREE;

const EmbeddedAsset& asset(std::string_view path) {
  const auto found = std::ranges::find(embedded_assets(), path, &EmbeddedAsset::path);
  if (found == embedded_assets().end()) throw std::runtime_error("not embedded: " + std::string(path));
  return *found;
}

std::string file(const std::filesystem::path& path) {
  std::ifstream in(kTree / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string unpacked(std::string_view gzip, std::size_t size) {
  std::string text(size, '\0');
  z_stream stream{};
  inflateInit2(&stream, 16 + MAX_WBITS);
  std::string input(gzip);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_out, 0U);
  inflateEnd(&stream);
  return text;
}

TEST(Assets, HoldEveryFileInOrderOfPath) {
  std::vector<std::string_view> paths;
  for (const EmbeddedAsset& one : embedded_assets()) paths.push_back(one.path);
  EXPECT_THAT(paths, ElementsAre("odd.txt", "robots.txt", "scripts/library.js", "styles/page.css"));
}

TEST(Assets, KeepEveryByte) {
  EXPECT_EQ(asset("styles/page.css").bytes, file("tree/styles/page.css"));
  EXPECT_EQ(asset("odd.txt").bytes, file("tree/odd.txt"));
  EXPECT_EQ(asset("scripts/library.js").bytes, file("library.js"));
}

TEST(Assets, AreCompressedWhereThatSaves) {
  const EmbeddedAsset& style = asset("styles/page.css");
  EXPECT_LT(style.gzip.size(), style.bytes.size() / 5);
  EXPECT_EQ(unpacked(style.gzip, style.bytes.size()), style.bytes);
  EXPECT_TRUE(asset("robots.txt").gzip.empty());
}

TEST(Assets, KnowTheirType) {
  EXPECT_EQ(asset("styles/page.css").content_type, "text/css; charset=utf-8");
  EXPECT_EQ(asset("scripts/library.js").content_type, "text/javascript; charset=utf-8");
}

TEST(Assets, AreToldApartByContent) {
  EXPECT_EQ(asset("robots.txt").hash, "dc51b8c96c2d745d");  // printf 'ok\n' | sha256sum
  EXPECT_EQ(asset("robots.txt").etag, "\"dc51b8c96c2d745d\"");
  std::set<std::string_view> hashes;
  for (const EmbeddedAsset& one : embedded_assets()) hashes.insert(one.hash);
  EXPECT_EQ(hashes.size(), embedded_assets().size());
}

}  // namespace
}  // namespace oculus::web
