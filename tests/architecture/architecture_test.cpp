// Holds the sources against the table of docs/architecture.md: a part knows only those that stand before it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <ranges>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "architecture/source_tree.hpp"

namespace oculus::architecture {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using Names = std::set<std::string>;

const fs::path kRoot = OCULUS_ROOT;

// `oculus` stands for include/oculus/, the public headers.
const std::map<std::string, Names> kMayInclude = {
    {"model", {}},
    {"config", {"model"}},
    {"net", {"model"}},
    {"store", {"model"}},
    {"collect", {"model", "config", "net", "store"}},
    {"rule", {"model", "config", "store"}},
    {"notify", {"model", "config", "net", "store"}},
    {"web", {"model", "config", "net", "store", "collect", "rule", "notify"}},
    {"cli", {"model", "config", "net", "store", "collect", "rule", "notify", "web"}},
    {"app", {"model", "config", "net", "store", "collect", "rule", "notify", "web", "cli"}},
};

std::string first_folder(const std::string& path) { return path.substr(0, path.find('/')); }

/// Why `part` may not include `header`; empty when it may.
std::string objection(const std::string& part, const std::string& header) {
  if (!header.contains('/')) return "write the way from src/, as in \"" + part + "/" + header + "\"";
  const std::string target = first_folder(header);
  if (target == part) return {};
  const auto allowed = kMayInclude.find(part);
  if (allowed == kMayInclude.end()) return "src/" + part + "/ is not in the table";
  if (target == "oculus") return part == "model" ? "the model knows nothing above it" : "";
  if (allowed->second.contains(target)) return {};
  return part + "/ may not know " + target + "/";
}

bool is_under(const std::string& header, const Names& prefixes) {
  return std::ranges::any_of(prefixes, [&](const std::string& prefix) { return header.starts_with(prefix); });
}

std::vector<std::string> foreign_includes(const std::string& folder, const Names& forbidden) {
  std::vector<std::string> found;
  for (const Include& one : includes_below(kRoot, folder))
    if (!one.quoted && is_under(one.header, forbidden)) found.push_back(one.place() + ": <" + one.header + ">");
  return found;
}

TEST(Architecture, APartIncludesOnlyThoseBeforeIt) {
  std::vector<std::string> objections;
  const auto includes = includes_below(kRoot, "src");
  ASSERT_FALSE(includes.empty());
  for (const Include& one : includes) {
    if (!one.quoted) continue;
    const std::string part = first_folder(one.file.substr(std::string("src/").size()));
    if (const auto why = objection(part, one.header); !why.empty())
      objections.push_back(one.place() + ": \"" + one.header + "\": " + why);
  }
  EXPECT_THAT(objections, IsEmpty());
}

TEST(Architecture, APartDeclaresOnlyThoseBeforeIt) {
  std::istringstream parts(OCULUS_DECLARED_USES);
  for (std::string part; parts >> part;) {
    const std::string name = part.substr(0, part.find(':'));
    ASSERT_TRUE(kMayInclude.contains(name)) << "src/" << name << "/ is not in the table";
    std::istringstream uses(part.substr(name.size() + 1));
    for (std::string used; std::getline(uses, used, ',');)
      EXPECT_TRUE(kMayInclude.at(name).contains(used)) << "src/" << name << "/CMakeLists.txt: USES " << used;
  }
}

TEST(Architecture, TheModelKnowsNoIo) {
  EXPECT_THAT(foreign_includes("src/model", {"boost/asio", "boost/beast", "sqlite3", "curl/", "spdlog/", "yaml-cpp/"}),
              IsEmpty());
}

TEST(Architecture, PublicHeadersShowNoTypeOfOthers) {
  const Names ours = {"oculus/", "model/", "config/", "net/", "store/", "collect/"};
  std::vector<std::string> objections =
      foreign_includes("include/oculus", {"boost/", "sqlite3", "curl/", "spdlog/", "fmt/", "yaml-cpp/", "openssl/"});
  for (const Include& one : includes_below(kRoot, "include/oculus"))
    if (one.quoted && !is_under(one.header, ours)) objections.push_back(one.place() + ": \"" + one.header + "\"");
  EXPECT_THAT(objections, IsEmpty());
}

TEST(Architecture, BeastIsPaidForTwiceAtMost) {  // 18 to 60 s of compile time for each unit that sees it
  Names files;
  for (const Include& one : includes_below(kRoot, "src"))
    if (one.header.starts_with("boost/beast")) files.insert(one.file);
  EXPECT_LE(files.size(), 2U) << testing::PrintToString(files);
}

TEST(Architecture, EachFolderSaysInOneLineWhatItIs) {
  for (const auto& entry : fs::directory_iterator(kRoot / "src")) {
    if (!entry.is_directory()) continue;
    std::ifstream readme(entry.path() / "README.md");
    std::vector<std::string> lines;
    for (std::string line; std::getline(readme, line);) lines.push_back(line);
    const std::string name = entry.path().filename();
    EXPECT_EQ(lines.size(), 1U) << "src/" << name << "/README.md";
    if (!lines.empty()) {
      EXPECT_TRUE(lines.front().starts_with(name + ": ")) << lines.front();
    }
  }
}

}  // namespace
}  // namespace oculus::architecture
