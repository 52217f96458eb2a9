#include "app/log_format.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <iterator>

#include "model/printable.hpp"
#include "model/time.hpp"

namespace oculus::app {
namespace {

using std::chrono::milliseconds;

std::string_view level_of(const spdlog::details::log_msg& message) {
  switch (message.level) {
    case spdlog::level::trace:
      return "trace";
    case spdlog::level::debug:
      return "debug";
    case spdlog::level::info:
      return "info";
    case spdlog::level::warn:
      return "warn";
    default:
      return "error";
  }
}

std::string_view view(spdlog::string_view_t text) { return {text.data(), text.size()}; }

auto whole_milliseconds(const spdlog::details::log_msg& message) {
  return std::chrono::floor<milliseconds>(message.time);
}

std::string indented(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::string out;
  for (const char c : printable(text, Blanks::tabs_and_breaks)) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out;
}

}  // namespace

void TextFormat::format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) {
  const auto at = whole_milliseconds(message);
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(at));
  std::tm local{};
  localtime_r(&seconds, &local);
  fmt::format_to(std::back_inserter(out), "{:%F %T}.{:03} ", local, at.time_since_epoch().count() % 1000);
  message.color_range_start = out.size();
  fmt::format_to(std::back_inserter(out), "{:<5}", level_of(message));
  message.color_range_end = out.size();
  fmt::format_to(std::back_inserter(out), " {:<7} {}\n", view(message.logger_name), indented(view(message.payload)));
}

std::unique_ptr<spdlog::formatter> TextFormat::clone() const { return std::make_unique<TextFormat>(); }

void JsonFormat::format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) {
  fmt::format_to(std::back_inserter(out),
                 R"({{"ts":"{}","level":"{}","part":{},"message":{}}})"
                 "\n",
                 to_rfc3339(std::chrono::time_point_cast<microseconds>(whole_milliseconds(message))), level_of(message),
                 json_quoted(view(message.logger_name)), json_quoted(view(message.payload)));
}

std::unique_ptr<spdlog::formatter> JsonFormat::clone() const { return std::make_unique<JsonFormat>(); }

}  // namespace oculus::app
