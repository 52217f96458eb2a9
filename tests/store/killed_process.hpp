// A child that writes until it is killed (kill_child.cpp), and what it acknowledged.
#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include "store/heard.hpp"

extern char** environ;

namespace oculus::store {

class KilledProcess {
 public:
  /// One of the child programs, on its database, from its step or value `first` on; the last argument is the program's
  /// own.
  KilledProcess(std::string program, std::string database, std::int64_t first, std::int64_t how)
      : acknowledged_(first) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    std::string from = std::to_string(first), last = std::to_string(how);
    char* arguments[] = {program.data(), database.data(), from.data(), last.data(), nullptr};
    if (posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, environ) != 0) pid_ = 0;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
    reader_ = std::thread([this] {
      for (long long number = 0; std::fscanf(output_, "%lld", &number) == 1;) acknowledged_ = number;
    });
  }
  ~KilledProcess() { kill(); }
  KilledProcess(const KilledProcess&) = delete;
  KilledProcess& operator=(const KilledProcess&) = delete;

  /// The number after the last step that was acknowledged so far.
  [[nodiscard]] std::int64_t acknowledged() const { return acknowledged_; }
  /// SIGKILL; then `acknowledged` holds all that the child said.
  void kill() {
    if (pid_ != 0) {
      ::kill(pid_, SIGKILL);
      waitpid(std::exchange(pid_, 0), nullptr, 0);
    }
    if (reader_.joinable()) reader_.join();
    if (output_ != nullptr) std::fclose(std::exchange(output_, nullptr));
  }

 private:
  pid_t pid_ = 0;
  std::FILE* output_ = nullptr;
  std::atomic<std::int64_t> acknowledged_;
  std::thread reader_;
};

}  // namespace oculus::store
