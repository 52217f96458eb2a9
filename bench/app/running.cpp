#include "app/running.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "measure/require.hpp"

namespace oculus::bench {
namespace {

class Socket {
 public:
  Socket() : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (descriptor_ < 0) give_up("no socket");
  }
  ~Socket() { close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

std::uint16_t free_port() {
  const Socket socket;
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    give_up("no free port");
  return ntohs(address.sin_port);
}

Running::Running(const std::vector<std::string>& command, const std::string& folder) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  id_ = vfork();  // the copying of our own page tables is not a part of its start
  if (id_ < 0) give_up("cannot start " + command.front());
  if (id_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = open("/dev/null", O_RDWR);
  for (const int standard : {0, 1, 2}) dup2(nothing, standard);
  if (chdir(folder.c_str()) == 0) execvp(words[0], words.data());
  _exit(127);
}

Running::~Running() { stop(); }

int Running::stop() {
  if (id_ > 0) kill(id_, SIGTERM);
  return wait();
}

int Running::wait() {
  if (id_ < 0) return 0;
  int status = 0;
  waitpid(id_, &status, 0);
  id_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

double Running::processor_time() const {
  double nanoseconds = 0;
  std::error_code gone;
  for (const auto& thread : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", id_), gone)) {
    std::ifstream facts(thread.path() / "schedstat");
    double one = 0;
    if (facts >> one) nanoseconds += one;
  }
  return nanoseconds * 1e-9;
}

std::uint64_t Running::memory(const std::string& key) const {
  std::ifstream lines(fmt::format("/proc/{}/status", id_));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(key + ':')) return std::strtoull(line.c_str() + key.size() + 1, nullptr, 10) * 1024;
  return 0;
}

std::optional<std::string> get(std::uint16_t port, const std::string& path) {
  const Socket socket;
  const sockaddr_in address = loopback(port);
  if (connect(socket.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  const std::string request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n", path, port);
  if (send(socket.descriptor(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return {};
  std::string answer;
  std::array<char, 1 << 14> part{};
  for (ssize_t count; (count = recv(socket.descriptor(), part.data(), part.size(), 0)) > 0;)
    answer.append(part.data(), static_cast<std::size_t>(count));
  if (!answer.starts_with("HTTP/1.1 200")) return {};
  return answer;
}

}  // namespace oculus::bench
