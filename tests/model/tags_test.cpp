#include "model/tags.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace oculus {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::vector<Tags::Entry> entries(const Tags& tags) { return {tags.begin(), tags.end()}; }

TEST(Tags, AreSortedByBytesAndUnique) {
  Tags tags{{"b", "1"}, {"a", "2"}, {"B", "3"}, {"a.b", "4"}, {"ä", "5"}};
  tags.set("b", "6");
  EXPECT_THAT(entries(tags),
              ElementsAre(Pair("B", "3"), Pair("a", "2"), Pair("a.b", "4"), Pair("b", "6"), Pair("ä", "5")));
  EXPECT_EQ(tags.size(), 5U);
}

TEST(Tags, AreFoundByKey) {
  const Tags tags{{"env", "prod"}};
  ASSERT_NE(tags.find("env"), nullptr);
  EXPECT_EQ(*tags.find("env"), "prod");
  EXPECT_EQ(tags.find("en"), nullptr);
  EXPECT_EQ(tags.find("envy"), nullptr);
  EXPECT_EQ(Tags().find(""), nullptr);
  EXPECT_TRUE(Tags().empty());
}

TEST(Tags, MergeLetsTheSecondWin) {
  EXPECT_EQ(merge({{"a", "1"}, {"b", "1"}}, {{"b", "2"}, {"c", "2"}}), (Tags{{"a", "1"}, {"b", "2"}, {"c", "2"}}));
}

TEST(Tags, AreWrittenAsJsonInOrder) {
  EXPECT_EQ(to_json({}), "{}");
  EXPECT_EQ(to_json({{"b", "2"}, {"a", "1"}}), R"({"a":"1","b":"2"})");
  EXPECT_EQ(to_json({{"q\"", "\\\n\x01"}}), R"({"q\"":"\\\n\u0001"})");
}

TEST(Tags, ComeBackFromJson) {
  for (const Tags& tags :
       {Tags{}, Tags{{"a", "1"}, {"b", ""}}, Tags{{"q\"", "\\\n\x01 ü 日本 😀"}}, Tags{{"", "empty key"}}}) {
    const auto back = tags_from_json(to_json(tags));
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(*back, tags);
  }
}

TEST(Tags, TakeNumbersAndBooleansAsTheyAreWritten) {
  const auto tags = tags_from_json(
      R"( {"port": 8080, "ratio": 0.1, "big": 12345678901234567890, "on": true, "off": false, "neg": -5} )");
  ASSERT_TRUE(tags) << tags.error().text();
  EXPECT_THAT(entries(*tags), ElementsAre(Pair("big", "12345678901234567890"), Pair("neg", "-5"), Pair("off", "false"),
                                          Pair("on", "true"), Pair("port", "8080"), Pair("ratio", "0.1")));
}

TEST(Tags, RefuseWhatIsNoObjectOfScalars) {
  for (const std::string_view json :
       {"", "null", "[]", "\"a\"", "{", "{\"a\":{}}", "{\"a\":[1]}", "{\"a\":null}", "{\"a\":1}x", "{a:1}"}) {
    const auto tags = tags_from_json(json);
    ASSERT_FALSE(tags) << json;
    EXPECT_EQ(tags.error().kind, ErrorKind::json);
    EXPECT_EQ(tags.error().text(),
              "tags '" + std::string(json) + R"(' are not readable; a JSON object of texts, as in {"env":"prod"})");
  }
}

}  // namespace
}  // namespace oculus
