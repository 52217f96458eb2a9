// What one log line looks like. Used by the thread that writes the log.
#pragma once

#include <spdlog/formatter.h>

#include <memory>

namespace oculus::app {

/// `2026-01-31 23:59:59.123 info  web  what happened`, local time, the level in colour where the sink has colours.
/// Escaped; further lines of a message are indented, so that none can pass for a line of the log.
class TextFormat final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override;
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;
};

/// `{"ts":"2026-01-31T23:59:59.123Z","level":"info","part":"web","message":"what happened"}`, valid whatever the text.
class JsonFormat final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override;
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;
};

}  // namespace oculus::app
