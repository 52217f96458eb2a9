#include "cli/key_table.hpp"

#include <gmock/gmock.h>

namespace oculus::cli {
namespace {

const config::KeyRow kRows[] = {
    {"port", "port, 1 to 65535", "required", "5432", "TCP port of the server that is asked"},
    {"cron", "text", "", "@hourly", "when it runs"}};

TEST(KeyTable, IsOneLineForEachKeyWhereItFits) {
  for (const std::size_t width : {0U, 85U})
    EXPECT_EQ(key_table(kRows, Console({.width = width})),
              "key   takes             default   example  what it is\n"
              "────  ────────────────  ────────  ───────  ────────────────────────────────────\n"
              "port  port, 1 to 65535  required  5432     TCP port of the server that is asked\n"
              "cron  text                        @hourly  when it runs\n");
}

TEST(KeyTable, CutsNothingOnANarrowTerminal) {
  EXPECT_EQ(key_table(kRows, Console({.width = 30})),
            "port\n"
            "    TCP port of the server\n"
            "    that is asked\n"
            "    port, 1 to 65535;\n"
            "    required; example 5432\n"
            "cron\n"
            "    when it runs\n"
            "    text; example @hourly\n");
}

}  // namespace
}  // namespace oculus::cli
