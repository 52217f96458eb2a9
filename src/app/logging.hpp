// Where log lines go and how they look. Set up once by the main thread; logging itself is for any thread and waits for
// no disk: one thread writes, and when it cannot keep up the oldest lines are lost, not the newest.
#pragma once

#include "config/config.hpp"

namespace oculus::app {

/// While it lives, `spdlog::get("web")` and its like give the logger of a part with its level, and spdlog's default
/// logger is that of `app`. Its end writes what is still waiting.
class Logging {
 public:
  /// Lines go to `log.file`, a file for each day, of which `keep_days` are kept; without one to standard error. Text
  /// on a terminal (in colour, where `environment` has no NO_COLOR), else one JSON object a line. Invalid when the file
  /// cannot be opened.
  static Result<Logging> start(const config::LogConfig& config, const config::Environment& environment);

  /// New levels, from the next line on. Any thread; where lines go stays as it is.
  static void set_levels(const config::LogConfig& config);

  Logging(Logging&& other) noexcept : running_(other.running_) { other.running_ = false; }
  Logging& operator=(Logging&&) = delete;
  ~Logging();

 private:
  Logging() = default;
  bool running_ = true;
};

}  // namespace oculus::app
