#include "model/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace oculus {
namespace {

TEST(Utf8, ReadsOneCharacterAfterTheOther) {
  const std::pair<std::string_view, char32_t> cases[] = {{"a", 'a'},
                                                         {"\x7f", 0x7F},
                                                         {"\xc2\x80", 0x80},
                                                         {"\xdf\xbf", 0x7FF},
                                                         {"\xe0\xa0\x80", 0x800},
                                                         {"\xed\x9f\xbf", 0xD7FF},
                                                         {"\xee\x80\x80", 0xE000},
                                                         {"\xef\xbf\xbf", 0xFFFF},
                                                         {"\xf0\x90\x80\x80", 0x10000},
                                                         {"\xf4\x8f\xbf\xbf", 0x10FFFF}};
  for (const auto& [text, point] : cases) {
    const auto found = first_character(std::string(text) + "x");
    EXPECT_EQ(found.point, point);
    EXPECT_EQ(found.length, text.size());
    EXPECT_TRUE(is_utf8(text));
  }
}

TEST(Utf8, RefusesWhatTheStandardDoes) {
  for (const char* text :
       {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc2", "\xe2\x82", "\xf0\x90\x80", "\xc2x", "\xe2\x82x"}) {
    EXPECT_EQ(first_character(text).length, 0U) << text;
    EXPECT_FALSE(is_utf8(std::string("good ") + text)) << text;
  }
  EXPECT_TRUE(is_utf8(""));
}

}  // namespace
}  // namespace oculus
