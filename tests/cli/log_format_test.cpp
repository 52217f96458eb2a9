#include "app/log_format.hpp"

#include <gtest/gtest.h>
#include <spdlog/details/log_msg.h>
#include <stdlib.h>
#include <time.h>

#include <string>

namespace oculus::app {
namespace {

std::string formatted(spdlog::formatter& format, const std::string& text) {
  const spdlog::log_clock::time_point at{std::chrono::milliseconds(1'769'903'999'123)};
  const spdlog::details::log_msg message(at, {}, "web", spdlog::level::warn, text);
  spdlog::memory_buf_t out;
  format.format(message, out);
  return {out.data(), out.size()};
}

TEST(JsonLog, IsOneObjectALine) {
  JsonFormat format;
  EXPECT_EQ(formatted(format, "too many requests"),
            R"({"ts":"2026-01-31T23:59:59.123Z","level":"warn","part":"web","message":"too many requests"})"
            "\n");
}

TEST(JsonLog, IsValidWhateverTheText) {
  JsonFormat format;
  const std::string line = formatted(format, "a\n\"b\"\x1b\xff");
  EXPECT_NE(line.find("\"message\":\"a\\n\\\"b\\\"\\u001b\uFFFD\"}\n"), std::string::npos) << line;
}

TEST(TextLog, IsALineForPeople) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  TextFormat format;
  EXPECT_EQ(formatted(format, "too many requests"), "2026-01-31 23:59:59.123 warn  web     too many requests\n");
}

TEST(TextLog, LetsNoTextForgeALineOrSteerTheTerminal) {
  TextFormat format;
  const std::string line = formatted(format, "a\n2026-01-31 23:59:59.123 error app all is lost\x1b[2J\n");
  EXPECT_NE(line.find("a\n    2026-01-31 23:59:59.123 error app all is lost\\x1b[2J\n"), std::string::npos) << line;
}

}  // namespace
}  // namespace oculus::app
