// The sources of Oculus as text: which file includes what.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace oculus::architecture {

struct Include {
  std::string file;  // from the root of the repository: src/store/command.hpp
  int line = 0;
  std::string header;   // as written between the marks
  bool quoted = false;  // "ours" or <theirs>

  std::string place() const { return file + ":" + std::to_string(line); }
};

/// Every #include of the C++ files below `root / folder`, in order; none where there is no such folder.
std::vector<Include> includes_below(const std::filesystem::path& root, const std::string& folder);

}  // namespace oculus::architecture
