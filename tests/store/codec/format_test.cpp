// The bytes that docs/storage.md shows are the bytes that are written: what lies in files of today stays readable.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "store/codec/chunk.hpp"

namespace oculus::store::codec {
namespace {

/// The bytes of each piece of the example: what stands before two blanks in the lines below its name.
std::map<std::string, std::string> documented() {
  std::ifstream page(OCULUS_STORAGE_PAGE);
  std::map<std::string, std::string> pieces;
  std::string piece;
  bool fenced = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) fenced = !fenced;
    if (!fenced || line.starts_with("```")) continue;
    if (line == "frame" || line == "values" || line == "summary") {
      piece = line;
      continue;
    }
    std::istringstream bytes(line.substr(0, line.find("  ")));
    for (unsigned byte = 0; bytes >> std::hex >> byte;) pieces[piece].push_back(static_cast<char>(byte));
  }
  return pieces;
}

constexpr std::size_t kCount = 16, kFailed = 4;

Frame frame() {
  constexpr int kLate[kCount] = {0, 2, 1, 3, 0, 1, 2, 0, 1, 3, 3, 0, 2, 1, 0, 2};  // ms
  Frame made;
  for (int i = 0; i < static_cast<int>(kCount); ++i) {
    const int slot = i < 7 ? i : i + 1;
    made.at.push_back(1'735'689'600'000'000 + slot * 30'000'000 + kLate[i] * 1000);
    made.took.push_back(12'000 + 10 * i);
  }
  made.success.assign(kCount, 1);
  made.tags.assign(kCount, 0);
  made.success[kFailed] = 0;
  made.took[kFailed] = kNoDuration;
  made.tags[kFailed] = 1;
  made.dictionary = {"", R"({"error":"timeout"})"};
  return made;
}

Values values() {
  Values made{{12.3, 12.5, 12.1, 12.0, 0, 12.4, 12.2, 12.7, 12.0, 874.5, 12.6, 12.3, 12.2, 12.5, 12.1, 12.4}, {}};
  made.present.assign(kCount, 1);
  made.present[kFailed] = 0;
  return made;
}

TEST(Format, IsThatOfThePage) {
  const auto shown = documented();
  ASSERT_EQ(shown.size(), 3U);
  std::string written;
  encode(frame(), written);
  EXPECT_EQ(written, shown.at("frame"));
  encode(values(), written = {});
  EXPECT_EQ(written, shown.at("values"));
  encode(summarize(frame(), values()), written = {});
  EXPECT_EQ(written, shown.at("summary"));
}

TEST(Format, OfThePageIsRead) {
  const auto shown = documented();
  Frame read_frame;
  ASSERT_TRUE(decode(shown.at("frame"), read_frame));
  EXPECT_EQ(read_frame, frame());
  Values read_values;
  ASSERT_TRUE(decode(shown.at("values"), kCount, read_values));
  EXPECT_EQ(read_values.value, values().value);
  EXPECT_EQ(read_values.present, values().present);
  Summary read_summary;
  ASSERT_TRUE(decode(shown.at("summary"), read_summary));
  EXPECT_EQ(read_summary.sum, 1046.8);
  EXPECT_EQ(read_summary.most, 874.5);
}

}  // namespace
}  // namespace oculus::store::codec
