#include "app/running.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "measure/require.hpp"

namespace oculus::bench {
namespace {

int new_socket() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) give_up("no socket");
  return descriptor;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// The Content-Length that the head of an answer names.
std::size_t length_in(std::string head) {
  std::ranges::transform(head, head.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kName = "\r\ncontent-length:";
  const std::size_t at = head.find(kName);
  if (at == std::string::npos) give_up("an answer without its length");
  return std::strtoull(head.c_str() + at + kName.size(), nullptr, 10);
}

}  // namespace

std::uint16_t free_port() {
  const int descriptor = new_socket();
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    give_up("no free port");
  close(descriptor);
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
  if (id_ < 0) return 0;
  kill(id_, SIGTERM);
  const int ended = static_cast<int>(syscall(SYS_pidfd_open, id_, 0));
  pollfd end{ended, POLLIN, 0};
  constexpr int kPatience = 60'000;  // milliseconds
  const bool in_time = ended < 0 || poll(&end, 1, kPatience) == 1;
  close(ended);
  if (in_time) return wait();
  kill(id_, SIGKILL);
  give_up("a program did not stop within a minute of SIGTERM");
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

Visit::Visit(std::uint16_t port) : port_(port), descriptor_(new_socket()) {
  const sockaddr_in address = loopback(port);
  open_ = connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Visit::~Visit() { close(descriptor_); }

std::optional<std::string> Visit::get(const std::string& path, bool compressed) {
  const std::string request = fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{}\r\n", path, port_,
                                          compressed ? "Accept-Encoding: gzip\r\n" : "");
  if (!open_ || send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return {};
  std::string answer;
  std::size_t head = std::string::npos, whole = 0;
  std::array<char, 1 << 16> part{};
  while (head == std::string::npos || answer.size() < whole) {
    const ssize_t count = recv(descriptor_, part.data(), part.size(), 0);
    if (count <= 0) return {};
    answer.append(part.data(), static_cast<std::size_t>(count));
    if (head != std::string::npos) continue;
    head = answer.find("\r\n\r\n");
    if (head != std::string::npos) whole = head + 4 + length_in(answer.substr(0, head + 2));
  }
  if (!answer.starts_with("HTTP/1.1 200")) return {};
  return answer.substr(head + 4);
}

std::optional<std::string> get(std::uint16_t port, const std::string& path) {
  Visit visit(port);
  return visit.get(path);
}

}  // namespace oculus::bench
