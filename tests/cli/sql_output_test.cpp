#include "cli/sql_output.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace oculus::cli {
namespace {

store::SqlTable example() {
  store::SqlTable table;
  table.columns = {"symbol", "value"};
  table.rows.push_back({std::string("net.a"), 1.5});
  table.rows.push_back({std::string("say \"hi\", you"), nullptr});
  table.rows.push_back({std::string(), std::int64_t{9'007'199'254'740'993}});
  return table;
}

TEST(SqlOutput, IsATableForPeople) {
  EXPECT_EQ(table_text(example(), 0),
            "symbol                    value\n"
            "─────────────  ────────────────\n"
            "net.a                       1.5\n"
            "say \"hi\", you              NULL\n"
            "               9007199254740993\n");
}

TEST(SqlOutput, IsCsvThatTellsNothingFromEmpty) {
  EXPECT_EQ(csv_text(example()),
            "symbol,value\n"
            "net.a,1.5\n"
            "\"say \"\"hi\"\", you\",\n"
            "\"\",9007199254740993\n");
}

TEST(SqlOutput, IsJsonAsTheApiAnswers) {
  EXPECT_EQ(json_text(example()),
            R"({"columns":["symbol","value"],"rows":[["net.a",1.5],["say \"hi\", you",null],["","9007199254740993"]],)"
            R"("truncated":false})"
            "\n");
  store::SqlTable odd;
  odd.columns = {"x"};
  odd.rows.push_back({std::numeric_limits<double>::infinity()});
  odd.truncated = true;
  EXPECT_EQ(json_text(odd), "{\"columns\":[\"x\"],\"rows\":[[null]],\"truncated\":true}\n");
}

TEST(SqlOutput, KeepsTheTitlesWhereThereIsNoRow) {
  store::SqlTable empty;
  empty.columns = {"a", "b"};
  EXPECT_EQ(table_text(empty, 0), "a  b\n─  ─\n");
  EXPECT_EQ(csv_text(empty), "a,b\n");
}

}  // namespace
}  // namespace oculus::cli
