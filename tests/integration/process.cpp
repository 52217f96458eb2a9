#include "integration/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

namespace oculus::integration {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::system_category(), what); }

int file_in_memory(const char* name) {
  const int file = memfd_create(name, MFD_CLOEXEC);
  if (file < 0) fail("memfd_create");
  // Appending, so that what several writers say stands one behind the other.
  if (fcntl(file, F_SETFL, O_APPEND) < 0) fail("fcntl");
  return file;
}

std::string contents(int file) {
  struct stat facts{};
  if (fstat(file, &facts) < 0) fail("fstat");
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  const ssize_t count = pread(file, text.data(), text.size(), 0);
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

}  // namespace

Process::Process(const Launch& launch) : out_(file_in_memory("out")), err_(file_in_memory("err")) {
  std::vector<char*> words;
  words.reserve(launch.command.size() + 1);
  for (const std::string& word : launch.command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);

  const pid_t test = getpid();
  id_ = fork();
  if (id_ < 0) fail("fork");
  if (id_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (getppid() != test || nothing < 0 || dup2(nothing, 0) < 0 || dup2(out_, 1) < 0 || dup2(err_, 2) < 0 ||
        chdir(launch.folder.c_str()) < 0)
      _exit(127);
    for (const auto& [name, value] : launch.environment) setenv(name.c_str(), value.c_str(), 1);
    execvp(words[0], words.data());
    _exit(127);
  }
  descriptor_ = static_cast<int>(syscall(SYS_pidfd_open, id_, 0));
  if (descriptor_ < 0) fail("pidfd_open");
}

Process::~Process() {
  if (!status_) {
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
  }
  close(descriptor_);
  close(out_);
  close(err_);
}

void Process::signal(int number) const {
  if (!status_) kill(id_, number);
}

std::optional<int> Process::wait(std::chrono::milliseconds patience) {
  if (status_) return status_;
  pollfd ended{descriptor_, POLLIN, 0};
  if (poll(&ended, 1, static_cast<int>(patience.count())) <= 0) return std::nullopt;
  int status = 0;
  if (waitpid(id_, &status, 0) != id_) fail("waitpid");
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return status_;
}

std::string Process::out() const { return contents(out_); }
std::string Process::err() const { return contents(err_); }

Ended run(const Launch& launch) {
  Process process(launch);
  const auto status = process.wait();
  return {status.value_or(-1), process.out(), process.err()};
}

}  // namespace oculus::integration
