#include "measure/machine.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>

namespace oculus::bench {
namespace {

// What stands behind the colon of the first line of `file` that begins with `key`.
std::string value_of(const char* file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t begin = line.find_first_not_of(" \t", line.find(':') + 1);
    return begin == std::string::npos ? std::string() : line.substr(begin);
  }
  return "unknown";
}

}  // namespace

std::string machine() {
  utsname system{};
  uname(&system);
  std::array<double, 3> load{};
  getloadavg(load.data(), static_cast<int>(load.size()));
  const double gigabytes = std::strtod(value_of("/proc/meminfo", "MemTotal").c_str(), nullptr) / (1 << 20);
  return fmt::format("{}, {} cores, {:.0f} GB; Linux {}; g++ {}; load {:.1f} {:.1f} {:.1f}",
                     value_of("/proc/cpuinfo", "model name"), sysconf(_SC_NPROCESSORS_ONLN), gigabytes, system.release,
                     __VERSION__, load[0], load[1], load[2]);
}

}  // namespace oculus::bench
