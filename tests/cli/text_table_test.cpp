#include "cli/text_table.hpp"

#include <gtest/gtest.h>

#include "cli/text_width.hpp"

namespace oculus::cli {
namespace {

TEST(TextTable, AlignsByWhatATerminalShows) {
  const TextTable table{{"name", "value", "unit"},
                        {{"api", "12.5", "ms"}, {"東京", "3", ""}, {"e\u0301te", "", "s"}},
                        {false, true, false}};
  EXPECT_EQ(table.text(0),
            "name  value  unit\n"
            "────  ─────  ────\n"
            "api    12.5  ms\n"
            "東京      3\n"
            "e\u0301te          s\n");
}

TEST(TextTable, CutsNothingWithoutALimit) {
  const std::string longest(5000, 'x');
  const TextTable table{{"a"}, {{longest}}, {false}};
  EXPECT_NE(table.text(0).find('\n' + longest + '\n'), std::string::npos);
}

TEST(TextTable, CutsTheWidestColumnsOnATerminal) {
  const TextTable table{{"id", "text"}, {{"1", "the quick brown fox jumps"}}, {true, false}};
  EXPECT_EQ(table.text(20),
            "id  text\n"
            "──  ────────────────\n"
            " 1  the quick brown…\n");
}

TEST(TextTable, EscapesItsCells) {
  const TextTable table{{"a"}, {{"x\ny"}}, {false}};
  EXPECT_EQ(table.text(0), "a\n──────\nx\\x0ay\n");
}

TEST(TextWidth, CountsColumns) {
  EXPECT_EQ(text_width("abc"), 3U);
  EXPECT_EQ(text_width("東京"), 4U);
  EXPECT_EQ(text_width("e\u0301"), 1U);
  EXPECT_EQ(shortened("東京", 3), "東…");
  EXPECT_EQ(shortened("abc", 3), "abc");
}

}  // namespace
}  // namespace oculus::cli
