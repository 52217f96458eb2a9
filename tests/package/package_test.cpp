// What was installed, and the program of docs/library.md that was built against it.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "eventually.hpp"
#include "integration/process.hpp"
#include "integration/temp_dir.hpp"
#include "oculus/storage.hpp"

namespace oculus::package {
namespace {

namespace fs = std::filesystem;
using integration::Process;
using integration::TempDir;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::UnorderedElementsAre;

const fs::path kRoot = OCULUS_ROOT;
const fs::path kPrefix = fs::path(OCULUS_PACKAGE) / "prefix";

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  return files;
}

/// Connections to it come about; nobody answers.
class ListeningPort {
 public:
  ListeningPort() {
    const auto address = reinterpret_cast<sockaddr*>(&address_);
    socklen_t size = sizeof address_;
    EXPECT_TRUE(bind(socket_, address, size) == 0 && listen(socket_, 16) == 0 &&
                getsockname(socket_, address, &size) == 0);
  }
  ~ListeningPort() { close(socket_); }
  ListeningPort(const ListeningPort&) = delete;
  ListeningPort& operator=(const ListeningPort&) = delete;
  [[nodiscard]] std::string text() const { return std::to_string(ntohs(address_.sin_port)); }

 private:
  const int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address_{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
};

/// How many samples each symbol has; none as long as the file is not there.
std::map<std::string, int> samples_in(const std::string& database) {
  std::map<std::string, int> count;
  const auto storage = StorageBuilder("sqlite:" + database + "?mode=ro").build();
  const auto rows = storage ? storage->metrics().metrics({.limit = 10'000}) : std::unexpected(storage.error());
  if (rows)
    for (const MetricRow& row : rows->items)
      if (row.success && row.value) ++count[row.symbol];
  return count;
}

TEST(Package, TheExampleWatchesUntilEnterAndLeavesItsFile) {
  const TempDir folder;
  const ListeningPort target;
  const std::string database = folder.file("watch.db"), keys = folder.file("keys");
  ASSERT_EQ(mkfifo(keys.c_str(), 0600), 0);
  Process watch({{"sh", "-c", R"(exec "$0" "$1" 127.0.0.1 "$2" <"$3")", std::string(OCULUS_PACKAGE) + "/example/watch",
                  database, target.text(), keys}});
  std::ofstream keyboard(keys);
  ASSERT_TRUE(eventually([&] { return samples_in(database).size() == 3; })) << watch.err();
  keyboard << '\n' << std::flush;
  ASSERT_EQ(watch.wait(), 0) << watch.err();

  EXPECT_THAT(watch.out(), MatchesRegex("watching; Enter ends it\n"
                                        "load: [0-9]+ rounds, 0 failed\n"
                                        "port: [0-9]+ rounds, 0 failed\n"
                                        "room: [0-9]+ rounds, 0 failed\n"
                                        "(.+ = [0-9.]+ .*\n)+"));
  for (const char* line : {"\nmachine.load = ", "\nmachine.room = ", "\nnet.tcp.port.rtt = "})
    EXPECT_THAT(watch.out(), HasSubstr(line));
  EXPECT_EQ(watch.err(), "");
  fs::remove(keys);
  EXPECT_THAT(files_below(folder.path()), UnorderedElementsAre(database)) << "closed: no log is left beside it";
  EXPECT_EQ(samples_in(database).size(), 3U);
}

TEST(Package, TheExampleSaysWhatIsWrong) {
  const TempDir folder;
  const std::string database = folder.write("watch.db", "this is no database, and long enough to be looked at");
  const auto ended = integration::run({{std::string(OCULUS_PACKAGE) + "/example/watch", database, "127.0.0.1", "1"}});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr("watch: " + database));
}

TEST(Package, ThePageShowsTheVeryTextOfTheExample) {
  const std::string page = text_of(kRoot / "docs/library.md");
  EXPECT_THAT(page, HasSubstr("```cpp\n" + text_of(kRoot / "docs/example/watch.cpp") + "```\n"));
  EXPECT_THAT(page, HasSubstr("```cmake\n" + text_of(kRoot / "docs/example/CMakeLists.txt") + "```\n"));
}

TEST(Package, HeadersReachNoOtherLibrary) {
  const TempDir folder;
  const std::string source =
      folder.write("all.cpp", "#include <oculus/collect.hpp>\n#include <oculus/storage.hpp>\nint main() {}\n");
  const fs::path include = kPrefix / "include";
  const auto asked = integration::run({{OCULUS_COMPILER, "-std=c++23", "-I", include, "-M", source}});
  ASSERT_EQ(asked.status, 0) << asked.err;
  std::istringstream reached(asked.out);
  std::vector<std::string> ours;
  for (std::string word; reached >> word;) {
    if (word.starts_with(include.string())) ours.push_back(fs::path(word).lexically_relative(include));
    for (const char* other : {"boost", "sqlite3", "curl", "spdlog", "fmt", "openssl", "ares", "yaml-cpp"})
      EXPECT_THAT(word, Not(HasSubstr("/usr/include/" + std::string(other)))) << "reached from include/oculus/";
  }
  EXPECT_THAT(ours, Contains("oculus/collect/registry.hpp"));
  std::vector<std::string> installed;
  for (const fs::path& file : files_below(include)) installed.push_back(file.lexically_relative(include));
  EXPECT_THAT(installed, testing::UnorderedElementsAreArray(ours)) << "no more is installed than is reached";
  EXPECT_THAT(installed, testing::Each(testing::StartsWith("oculus/"))) << "no name but ours in the user's way";
}

TEST(Package, KnowsNothingOfWhereItWasBuilt) {
  for (const fs::path& file : files_below(kPrefix)) {
    if (file.extension() == ".a") continue;
    const std::string text = text_of(file);
    EXPECT_THAT(text, Not(HasSubstr(OCULUS_ROOT))) << file;
    EXPECT_THAT(text, Not(HasSubstr(OCULUS_BUILD))) << file;
  }
}

}  // namespace
}  // namespace oculus::package
