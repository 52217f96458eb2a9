#include "docs/markdown.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>

namespace oculus::docs {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kMadeBy = "<!-- made by: ";
constexpr std::string_view kMadeByEnd = " -->";
constexpr std::string_view kEnd = "<!-- end -->";

struct Line {
  std::string text;
  int number = 0;
  bool fence = false;     // opens or closes a block
  bool in_block = false;  // neither a fence nor outside
};

std::vector<Line> lines_of(std::string_view markdown) {
  std::vector<Line> lines;
  std::istringstream in{std::string(markdown)};
  bool open = false;
  int number = 0;
  for (std::string text; std::getline(in, text);) {
    const bool fence = text.starts_with(kFence);
    lines.push_back({text, ++number, fence, open && !fence});
    if (fence) open = !open;
  }
  return lines;
}

std::string without_code(const std::string& line) {
  static const std::regex code("`[^`]*`");
  return std::regex_replace(line, code, "");
}

}  // namespace

std::vector<Block> blocks_of(std::string_view markdown) {
  std::vector<Block> blocks;
  bool open = false;
  for (const Line& line : lines_of(markdown)) {
    if (line.in_block) blocks.back().text += line.text + '\n';
    if (!line.fence) continue;
    open = !open;
    if (!open) continue;
    std::istringstream words(line.text.substr(kFence.size()));
    Block& block = blocks.emplace_back();
    words >> block.language >> block.name;
    block.line = line.number;
  }
  return blocks;
}

std::vector<MadePart> made_parts_of(std::string_view markdown) {
  std::vector<MadePart> parts;
  bool inside = false;
  for (const Line& line : lines_of(markdown)) {
    if (line.text.starts_with(kMadeBy) && line.text.ends_with(kMadeByEnd)) {
      inside = true;
      const std::size_t length = line.text.size() - kMadeBy.size() - kMadeByEnd.size();
      parts.push_back({line.text.substr(kMadeBy.size(), length), "", line.number});
    } else if (line.text == kEnd) {
      inside = false;
    } else if (inside) {
      parts.back().text += line.text + '\n';
    }
  }
  return parts;
}

std::vector<Link> links_of(std::string_view markdown) {
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  std::vector<Link> links;
  for (const Line& line : lines_of(markdown)) {
    if (line.fence || line.in_block) continue;
    const std::string text = without_code(line.text);
    for (std::sregex_iterator found(text.begin(), text.end(), link), end; found != end; ++found)
      links.push_back({(*found)[1], line.number});
  }
  return links;
}

std::vector<std::string> anchors_of(std::string_view markdown) {
  std::vector<std::string> anchors;
  for (const Line& line : lines_of(markdown)) {
    if (line.fence || line.in_block || !line.text.starts_with('#')) continue;
    std::string anchor;
    for (const char c : line.text.substr(line.text.find_first_not_of("# "))) {
      const auto byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80)
        anchor += static_cast<char>(std::tolower(byte));
      if (c == ' ') anchor += '-';
    }
    anchors.push_back(std::move(anchor));
  }
  return anchors;
}

}  // namespace oculus::docs
