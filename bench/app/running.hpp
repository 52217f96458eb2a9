// A server that is started, asked and stopped; its time and memory as the kernel counts them. One thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace oculus::bench {

/// A port of the loopback that was free a moment ago.
std::uint16_t free_port();

class Running {
 public:
  /// The program is looked for in PATH and starts in `folder`; what it says goes nowhere.
  Running(const std::vector<std::string>& command, const std::string& folder);
  ~Running();  // as stop()
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// SIGTERM, and the exit status.
  int stop();
  /// The exit status of what ends by itself.
  int wait();

  /// Processor time of all its threads so far, in seconds.
  [[nodiscard]] double processor_time() const;
  /// Bytes, by a key of /proc/PID/status such as `VmRSS`.
  [[nodiscard]] std::uint64_t memory(const std::string& key) const;

 private:
  pid_t id_ = -1;
};

/// A connection to a server on the loopback. Answers come with a Content-Length; a compressed body stays so.
class Visit {
 public:
  explicit Visit(std::uint16_t port);
  ~Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  /// False while nobody listens there.
  [[nodiscard]] bool open() const noexcept { return open_; }
  /// The body, when the status is 200.
  std::optional<std::string> get(const std::string& path, bool compressed = true);

 private:
  std::uint16_t port_;
  int descriptor_;
  bool open_;
};

/// One GET on a connection of its own; nothing while nobody listens, or when the status is not 200.
std::optional<std::string> get(std::uint16_t port, const std::string& path);

}  // namespace oculus::bench
