// The real program as a child process, in a directory and an environment of its own.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "eventually.hpp"

namespace oculus::cli {

using Words = std::vector<std::string>;

struct Outcome {
  int status = -1;  // of exit; -1: ended by a signal
  std::string out, err;
};

/// A directory that goes with the test; the program runs in it.
class Workplace {
 public:
  Workplace() {
    std::string name = (std::filesystem::temp_directory_path() / "oculus-cli-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Workplace() { std::filesystem::remove_all(path_); }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return path_ / name; }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] const std::filesystem::path& root() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A run of the program; its standard streams are files there.
class Program {
 public:
  Program(const Workplace& place, const Words& words, const Words& environment = {}) : place_(place) {
    Words arguments = {OCULUS_PROGRAM};
    arguments.insert(arguments.end(), words.begin(), words.end());
    start(std::move(arguments), environment);
  }
  ~Program() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] std::string out() const { return place_.read("out.txt"); }
  [[nodiscard]] std::string err() const { return place_.read("err.txt"); }
  void signal(int number) const { ::kill(child_, number); }

  /// Where it listens, once it does; empty when it never said so.
  [[nodiscard]] std::string address() const {
    const std::string begin = "Oculus listens at ";
    std::string text;
    if (!eventually([&] { return (text = out()).find(begin) != std::string::npos && text.ends_with('\n'); },
                    std::chrono::seconds(20)))
      return {};
    const std::size_t at = text.find(begin) + begin.size();
    return text.substr(at, text.find('\n', at) - at);
  }

  Outcome wait() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out(), err()};
  }

 private:
  static std::vector<char*> pointers(Words& words) {
    std::vector<char*> list;
    for (std::string& word : words) list.push_back(word.data());
    list.push_back(nullptr);
    return list;
  }

  void start(Words arguments, Words environment) {
    environment.push_back("PATH=/usr/bin:/bin");
    const auto argv = pointers(arguments);
    const auto envp = pointers(environment);
    const std::string in = place_.path("in.txt"), out = place_.path("out.txt"), err = place_.path("err.txt");
    for (const std::string& stream : {out, err}) std::filesystem::remove(stream);  // of an earlier run
    child_ = ::fork();
    if (child_ != 0) return;
    ::dup2(::open(in.c_str(), O_RDONLY | O_CREAT, 0600), 0);
    ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
    if (::chdir(place_.root().c_str()) == 0) ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }

  const Workplace& place_;
  pid_t child_ = 0;
};

inline Outcome run_program(const Workplace& place, const Words& words, const Words& environment = {}) {
  return Program(place, words, environment).wait();
}

}  // namespace oculus::cli
