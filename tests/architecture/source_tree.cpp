#include "architecture/source_tree.hpp"

#include <algorithm>
#include <fstream>
#include <regex>

namespace oculus::architecture {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> cpp_files(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto kind = entry.path().extension();
    if (kind == ".cpp" || kind == ".hpp") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::vector<Include> includes_below(const fs::path& root, const std::string& folder) {
  static const std::regex directive(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)re");
  std::vector<Include> found;
  for (const fs::path& path : cpp_files(root / folder)) {
    std::ifstream text(path);
    std::string line;
    for (int number = 1; std::getline(text, line); ++number) {
      std::smatch match;
      if (!std::regex_match(line, match, directive)) continue;
      found.push_back({.file = path.lexically_relative(root).generic_string(),
                       .line = number,
                       .header = match[2],
                       .quoted = match[1] == "\""});
    }
  }
  return found;
}

}  // namespace oculus::architecture
