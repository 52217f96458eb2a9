// The documents tell the truth: links lead somewhere, made parts are what the program says, and every example works.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "docs/markdown.hpp"
#include "docs/sandbox.hpp"

namespace oculus::docs {
namespace {

namespace fs = std::filesystem;
const fs::path kRoot = OCULUS_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> documents() {
  std::vector<std::string> names;
  for (const fs::path& folder : {kRoot, kRoot / "docs", kRoot / "configs"})
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".md") names.push_back(entry.path().lexically_relative(kRoot).generic_string());
  std::ranges::sort(names);
  return names;
}

/// `…` stands for any text, line ends included.
bool is_like(std::string_view text, std::string_view pattern) {
  constexpr std::string_view kAny = "…";
  std::size_t at = 0;
  bool first = true;
  while (true) {
    const std::size_t gap = pattern.find(kAny);
    const std::string_view piece = pattern.substr(0, gap);
    if (gap == std::string_view::npos)
      return first ? text == piece : text.size() - at >= piece.size() && text.ends_with(piece);
    const std::size_t found = text.find(piece, at);
    if (found == std::string_view::npos || (first && found != 0)) return false;
    at = found + piece.size();
    pattern.remove_prefix(gap + kAny.size());
    first = false;
  }
}

TEST(IsLike, TakesAnyTextForDots) {
  EXPECT_TRUE(is_like("a 12 b", "a … b"));
  EXPECT_TRUE(is_like("a\nb\n", "a…"));
  EXPECT_TRUE(is_like("same", "same"));
  EXPECT_FALSE(is_like("same", "sam"));
  EXPECT_FALSE(is_like("x a 12 b", "a … b"));
  EXPECT_FALSE(is_like("a 12 b c", "a … b"));
  EXPECT_FALSE(is_like("ab", "ab…b"));
}

/// The commands of a block, each with the lines on which it goes on behind a `\`.
std::vector<std::string> commands_of(const std::string& text) {
  std::vector<std::string> commands;
  std::istringstream in(text);
  bool goes_on = false;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    if (goes_on)
      commands.back() += '\n' + line;
    else
      commands.push_back(line);
    goes_on = line.ends_with('\\');
  }
  return commands;
}

/// Oculus and its clients run in the sandbox; what builds and installs has its own tests, and a server does not end.
bool can_run(const std::string& command) {
  const bool ours = command.starts_with("oculus ") || command.starts_with("curl ");
  return ours && !command.starts_with("oculus serve");
}

class Document : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] std::string text() const { return read(kRoot / GetParam()); }
  [[nodiscard]] std::string place(int line) const { return GetParam() + ":" + std::to_string(line); }

  void check_configuration(const Block& block) const {
    const Sandbox alone;
    const std::string name = "example." + block.language;
    alone.dir().write(name, block.text);
    const integration::Ended ended = integration::run_oculus(alone.dir(), {"check", "-c", name});
    EXPECT_EQ(ended.status, 0) << place(block.line) << '\n' << ended.err;
  }
  void run_commands(const Block& block) {
    for (const std::string& command : commands_of(block.text)) {
      if (!can_run(command)) continue;
      const integration::Ended ended = sandbox_.run(command);
      EXPECT_EQ(ended.status, 0) << place(block.line) << ": " << command << '\n' << ended.out << ended.err;
    }
  }
  void run_statement(const Block& block) {
    sandbox_.dir().write("example.sql", block.text);
    const integration::Ended ended = sandbox_.run("oculus query - < example.sql");
    EXPECT_EQ(ended.status, 0) << place(block.line) << '\n' << ended.err;
  }
  /// `$ command`, and below it what the command says.
  void run_session(const Block& block) {
    std::size_t at = 0;
    while (at < block.text.size()) {
      ASSERT_EQ(block.text.substr(at, 2), "$ ") << place(block.line);
      const std::size_t next = std::min(block.text.find("\n$ ", at), block.text.size() - 1);
      const std::string part = block.text.substr(at + 2, next + 1 - at - 2);
      std::size_t behind = part.find('\n');
      while (behind > 0 && part[behind - 1] == '\\') behind = part.find('\n', behind + 1);
      const std::string expected = part.substr(behind + 1);
      const integration::Ended ended = sandbox_.run("exec 2>&1; " + part.substr(0, behind));
      EXPECT_TRUE(is_like(ended.out, expected)) << place(block.line) << ": " << part.substr(0, behind) << "\nsays\n"
                                                << ended.out << "and not\n"
                                                << expected;
      at = next + 1;
    }
  }

  Sandbox sandbox_;
};

TEST_P(Document, LinksLeadSomewhere) {
  const std::string markdown = text();
  for (const Link& link : links_of(markdown)) {
    if (link.target.find("://") != std::string::npos) continue;
    const std::size_t sign = link.target.find('#');
    const std::string file = link.target.substr(0, sign);
    const fs::path target = file.empty() ? kRoot / GetParam() : (kRoot / GetParam()).parent_path() / file;
    EXPECT_TRUE(fs::exists(target)) << place(link.line) << ": there is no " << link.target;
    if (sign != std::string::npos) {
      EXPECT_THAT(anchors_of(read(target)), testing::Contains(link.target.substr(sign + 1))) << place(link.line);
    }
  }
}

TEST_P(Document, MadePartsAreWhatTheProgramSays) {
  for (const MadePart& part : made_parts_of(text())) {
    const integration::Ended ended = sandbox_.run(part.command);
    EXPECT_EQ(ended.status, 0) << place(part.line) << ": " << ended.err;
    EXPECT_EQ(part.text, ended.out) << place(part.line) << ": `make reference` writes it anew";
  }
}

TEST_P(Document, ExamplesWork) {
  for (const Block& block : blocks_of(text())) {
    const bool configuration = block.language == "yaml" || block.language == "toml";
    if (!block.name.empty())
      sandbox_.dir().write(block.name, block.text);
    else if (configuration)
      check_configuration(block);
    else if (block.language == "sh")
      run_commands(block);
    else if (block.language == "sql")
      run_statement(block);
    else if (block.language == "console")
      run_session(block);
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Document, testing::ValuesIn(documents()), [](const auto& each) {
  std::string name = each.param;
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return name;
});

}  // namespace
}  // namespace oculus::docs
