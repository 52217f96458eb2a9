#include "model/printable.hpp"

#include <gtest/gtest.h>

namespace oculus {
namespace {

using namespace std::string_literals;

TEST(Printable, LeavesTextOfAllWritingsAsItIs) {
  for (const char* text : {"", "net.tcp.redis.rtt", "Grüße", "東京", "🚀 e\u0301", "\\x1b"})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, EscapesWhatSteersATerminal) {
  EXPECT_EQ(printable("a\x1b[31mred"), "a\\x1b[31mred");
  EXPECT_EQ(printable("a\r\nb\tc\0d\x7f"s), "a\\x0d\\x0ab\\x09c\\x00d\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\u009b") << "CSI in one character";
  EXPECT_EQ(printable("abc\u202e"), "abc\\u202e") << "right to left";
  EXPECT_EQ(printable("a\u2028b"), "a\\u2028b") << "a line separator";
}

TEST(Printable, EscapesEachByteThatIsNotUtf8) {
  EXPECT_EQ(printable("a\xff z"), "a\\xff z");
  EXPECT_EQ(printable("\xe6\x9d"), "\\xe6\\x9d") << "cut short";
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "longer than needed";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "past the last character";
}

TEST(Printable, KeepsTheBlanksThatTheCallerAsksFor) {
  EXPECT_EQ(printable("a\tb\nc\r", Blanks::tabs), "a\tb\\x0ac\\x0d");
  EXPECT_EQ(printable("a\tb\nc\r", Blanks::tabs_and_breaks), "a\tb\nc\\x0d");
}

TEST(JsonQuoted, IsValidWhateverTheText) {
  EXPECT_EQ(json_quoted("plain"), R"("plain")");
  EXPECT_EQ(json_quoted("a\"b\\c\nd\te\rf\x1b"), R"("a\"b\\c\nd\te\u000df\u001b")");
  EXPECT_EQ(json_quoted("\0"s), R"("\u0000")");
  EXPECT_EQ(json_quoted("ü \xff"), "\"ü \uFFFD\"");
}

}  // namespace
}  // namespace oculus
