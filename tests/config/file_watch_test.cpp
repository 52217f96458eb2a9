#include "config/file_watch.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include "config/fakes.hpp"

namespace oculus::config {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// A watch with a clock of its own. Inotify tells a change before the call that made it returns, so nothing needs to
/// wait.
class Watched {
 public:
  explicit Watched(FileWatch watch) : watch_(std::move(watch)) {}

  bool readable() const {
    pollfd wish{watch_.fd(), POLLIN, 0};
    return ::poll(&wish, 1, 0) == 1;
  }
  /// True when a change is told, and not before half a second was quiet.
  bool tells_a_change() {
    if (watch_.changed(now_)) return false;
    if (!watch_.due()) return false;
    if (watch_.changed(now_ + FileWatch::kQuiet - 1ms)) return false;
    now_ += FileWatch::kQuiet;
    return watch_.changed(now_) && !watch_.changed(now_ + 1h);
  }
  bool stays_silent() { return !watch_.changed(now_) && !watch_.due(); }
  FileWatch& watch() { return watch_; }
  FileWatch::Clock::time_point now() const { return now_; }

 private:
  FileWatch watch_;
  FileWatch::Clock::time_point now_ = FileWatch::Clock::now();
};

TEST(FileWatch, TellsWhichOfSeveralFilesAppears) {
  const TemporaryDirectory directory;
  Watched watched(FileWatch::open({directory.path("o.yaml"), directory.path("o.toml")}, "").value());
  directory.write("other.yaml", "");
  EXPECT_TRUE(watched.stays_silent());
  directory.write("o.toml", "");
  EXPECT_TRUE(watched.tells_a_change());
}

TEST(FileWatch, TellsWhatChanges) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("o.yaml", "a: 1");
  directory.write("c.d/a.yaml", "");
  Watched watched(FileWatch::open({file}, directory.path("c.d/")).value());
  EXPECT_TRUE(watched.stays_silent());
  directory.write("o.yaml", "a: 22");
  EXPECT_TRUE(watched.readable());
  EXPECT_TRUE(watched.tells_a_change()) << "written";
  directory.write("new", "a: 333");
  fs::rename(directory.path("new"), file);
  EXPECT_TRUE(watched.tells_a_change()) << "renamed over";
  fs::remove(file);
  EXPECT_TRUE(watched.tells_a_change()) << "removed";
  directory.write("o.yaml", "a: 4");
  EXPECT_TRUE(watched.tells_a_change()) << "made again";
  directory.write("c.d/b.yaml", "");
  EXPECT_TRUE(watched.tells_a_change()) << "included file";
  fs::remove_all(directory.path("c.d"));
  EXPECT_TRUE(watched.tells_a_change()) << "directory removed";
  fs::create_directory(directory.path("c.d"));
  EXPECT_TRUE(watched.tells_a_change()) << "directory made again";
  directory.write("c.d/c.yaml", "");
  EXPECT_TRUE(watched.tells_a_change()) << "in the new directory";
}

TEST(FileWatch, FollowsALinkThatIsTurned) {
  const TemporaryDirectory directory;
  directory.write("v1/o.yaml", "a: 1");
  directory.write("v2/o.yaml", "a: 2");
  fs::create_symlink("v1", directory.path("data"));
  fs::create_symlink("data/o.yaml", directory.path("o.yaml"));
  Watched watched(FileWatch::open({directory.path("o.yaml")}, "").value());
  fs::create_symlink("v2", directory.path("data.new"));
  fs::rename(directory.path("data.new"), directory.path("data"));
  EXPECT_TRUE(watched.tells_a_change());
}

TEST(FileWatch, IgnoresItsNeighbours) {
  const TemporaryDirectory directory;
  Watched watched(FileWatch::open({directory.write("o.yaml", "")}, directory.path("c.d")).value());
  directory.write("oculus.db-wal", "x");
  EXPECT_TRUE(watched.stays_silent());
}

TEST(FileWatch, WaitsForQuiet) {
  const TemporaryDirectory directory;
  const std::string file = directory.write("o.yaml", "1");
  Watched watched(FileWatch::open({file}, "").value());
  directory.write("o.yaml", "22");
  EXPECT_FALSE(watched.watch().changed(watched.now()));
  directory.write("o.yaml", "333");
  EXPECT_FALSE(watched.watch().changed(watched.now() + 400ms));
  EXPECT_FALSE(watched.watch().changed(watched.now() + 600ms)) << "the second change began the wait anew";
  EXPECT_TRUE(watched.watch().changed(watched.now() + 900ms));
}

}  // namespace
}  // namespace oculus::config
