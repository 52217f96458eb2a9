// A program that runs beside the test: started here, ended by its process id, never outliving the test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace oculus::integration {

constexpr std::chrono::seconds kPatience{30};  // on a loaded machine; nothing is measured by it

struct Launch {
  std::vector<std::string> command;  // the program is looked for in PATH
  std::filesystem::path folder = ".";
  std::vector<std::pair<std::string, std::string>> environment = {};  // beside the test's own
};

class Process {
 public:
  explicit Process(const Launch& launch);
  ~Process();  // SIGKILL where it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t id() const noexcept { return id_; }
  void signal(int number) const;
  /// The exit status, or minus the number of the signal that ended it; nothing when it still runs after `patience`.
  std::optional<int> wait(std::chrono::milliseconds patience = kPatience);
  [[nodiscard]] bool running() { return !wait(std::chrono::milliseconds(0)); }

  /// All that it has written so far.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;

 private:
  pid_t id_ = -1;
  int descriptor_ = -1;        // readable once the process has ended
  int out_ = -1, err_ = -1;    // files in memory
  std::optional<int> status_;  // once it has ended
};

struct Ended {
  int status = -1;
  std::string out, err;
};

/// Runs to its end; a status of -1 says that it did not end in time.
Ended run(const Launch& launch);

}  // namespace oculus::integration
