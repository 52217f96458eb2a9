// What can be asked of every bench on its command line. Plain values; any thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace oculus::bench {

struct Options {
  std::size_t series = 1000;
  std::optional<std::size_t> samples = {};  // of each series; empty: what the program takes by default
  std::size_t repetitions = 3;
  bool microseconds = false;              // true microsecond stamps and full doubles
  std::filesystem::path directory = ".";  // where databases are made, and removed afterwards
  std::filesystem::path program = {};     // the release binary, for what measures a whole process
  std::filesystem::path from = {};        // a database of Oculus whose samples stand for the generated ones
  std::string only = {};                  // of these, the series whose symbol begins so
  bool smoke = false;                     // tiny data: shows that the program works, measures nothing
};

/// Answers `--help` and mistakes itself, and ends the process then.
Options parse_options(int count, char** arguments, const char* about);

}  // namespace oculus::bench
