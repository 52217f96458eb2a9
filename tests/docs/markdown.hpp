// What a Markdown document of ours is made of, as far as a program can check it. Plain values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oculus::docs {

/// A block between fences: ```language name
struct Block {
  std::string language;
  std::string name;  // of the file that it is; empty: it stands for itself
  std::string text;
  int line = 0;  // of its fence
};

/// What stands between `<!-- made by: COMMAND -->` and `<!-- end -->`.
struct MadePart {
  std::string command;
  std::string text;
  int line = 0;
};

struct Link {
  std::string target;  // as written: `schema.md#tags`, `https://…`
  int line = 0;
};

std::vector<Block> blocks_of(std::string_view markdown);
std::vector<MadePart> made_parts_of(std::string_view markdown);
/// Links and pictures outside of blocks and code.
std::vector<Link> links_of(std::string_view markdown);
/// The anchors that headings make, as GitHub does.
std::vector<std::string> anchors_of(std::string_view markdown);

}  // namespace oculus::docs
