// The database in real trouble: a full disk, a limit on files, a lock of somebody else, a file that is gone.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <fstream>

#include "store/killed_process.hpp"
#include "store/scratch_database.hpp"
#include "store/sqlite/connection.hpp"

namespace oculus::store {
namespace {

using namespace std::chrono_literals;
using sqlite::Connection;
using testing::HasSubstr;
using testing::SizeIs;

DatabaseSettings eager(const std::string& path) {
  DatabaseSettings settings = settings_for(path);
  settings.writer.channel_capacity = 100'000;
  settings.writer.flush_interval = 20ms;
  return settings;
}

// A disk of two megabytes.
class SmallDisk {
 public:
  SmallDisk() : at_(folder_.file("disk")) {
    std::filesystem::create_directory(at_);
    mounted_ = mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=2m") == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(at_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] std::string file(const std::string& name = "oculus.db") const { return at_ + "/" + name; }
  void fill() const {
    std::ofstream filler(file("filler"), std::ios::binary | std::ios::app);
    const std::string block(512, 'f');
    while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void make_room() const { std::filesystem::remove(file("filler")); }

 private:
  ScratchFolder folder_;
  std::string at_;
  bool mounted_ = false;
};

#define SKIP_WITHOUT(disk) \
  if (!(disk).mounted())   \
  GTEST_SKIP() << "a small disk can be mounted by root only; the limit on files is tested instead"

// Writes until the database says why it cannot; gives how many values were accepted.
std::int64_t write_into_trouble(Session& session, SeriesId id, std::int64_t from) {
  std::int64_t next = from;
  EXPECT_TRUE(eventually([&] {
    for (int i = 0; i < 100 && session.writer().depth() < 50'000; ++i)
      if (session.writer().try_send(InsertValue{sample(id, next)})) ++next;
    return !session.writer().trouble().empty();
  }));
  return next;
}

TEST(SqliteFaults, AFullDiskIsNamedReadersGoOnAndWritingResumes) {
  const SmallDisk disk;
  SKIP_WITHOUT(disk);
  Session session(eager(disk.file()));
  const Series one = series("a");
  session.declare(one);
  session.add(one.id(), 0);
  session.flush();
  disk.fill();
  const std::int64_t accepted = write_into_trouble(session, one.id(), 1);
  EXPECT_THAT(session.writer().trouble(), HasSubstr("full"));
  EXPECT_FALSE(session.metrics({.limit = 5}).empty()) << "history stays in view";
  EXPECT_TRUE(session.sql("SELECT count(*) FROM metrics"));
  disk.make_room();
  ASSERT_TRUE(eventually([&] { return session.writer().trouble().empty(); }));
  session.flush();
  EXPECT_EQ(session.metrics().size(), static_cast<std::size_t>(accepted)) << "none lost";
}

TEST(SqliteFaults, WhatIsAcknowledgedAroundAFullDiskSurvivesAKill) {
  const SmallDisk disk;
  SKIP_WITHOUT(disk);
  KilledProcess child(OCULUS_FILL_CHILD, "sqlite:" + disk.file(), 0, 50);
  ASSERT_TRUE(eventually([&] { return child.acknowledged() > 500; }));
  disk.fill();
  // No answer comes while the disk is full: the count stands still for longer than any retry takes.
  std::int64_t stood = -1;
  ASSERT_TRUE(eventually([&] {
    const std::int64_t before = child.acknowledged();
    std::this_thread::sleep_for(300ms);
    return (stood = child.acknowledged()) == before;
  }));
  disk.make_room();
  ASSERT_TRUE(eventually([&] { return child.acknowledged() > stood + 200; })) << "writing resumes";
  child.kill();
  const std::int64_t promised = child.acknowledged();
  Session session(disk.file());
  EXPECT_EQ(session.sql("SELECT count(*) FROM metrics WHERE ts < ?", {promised})->rows.at(0).at(0), Cell(promised));
  EXPECT_TRUE(session.read([](Reader& reader) { return reader.integrity(); }));
}

TEST(SqliteFaults, AStartOnAFullDiskShowsHistoryAndSaysWhy) {
  const SmallDisk disk;
  SKIP_WITHOUT(disk);
  const Series one = series("a");
  {
    Session session(eager(disk.file()));
    session.declare(one);
    for (int i = 0; i < 100; ++i) session.add(one.id(), i);
  }
  disk.fill();
  Session session(eager(disk.file()));
  EXPECT_THAT(session.metrics(), SizeIs(100));
  session.put(UpsertSeries{one});
  ASSERT_TRUE(eventually([&] { return !session.writer().trouble().empty(); }));
  EXPECT_THAT(session.writer().trouble(), HasSubstr("SQLite"));
  EXPECT_THAT(session.metrics(), SizeIs(100));
  disk.make_room();
  session.add(one.id(), 100);
  session.flush();
  EXPECT_EQ(session.writer().trouble(), "");
  EXPECT_THAT(session.metrics(), SizeIs(101)) << "readers see what came after";
}

TEST(SqliteFaults, AFirstStartOnAFullDiskIsAnErrorToReadersNotAnEnd) {
  const SmallDisk disk;
  SKIP_WITHOUT(disk);
  disk.fill();
  Session session(eager(disk.file()));
  EXPECT_FALSE(session.read([](Reader& reader) { return reader.metrics({}); }));
  EXPECT_FALSE(session.sql("SELECT 1 FROM metrics"));
  const Series one = series("a");
  session.put(UpsertSeries{one});
  ASSERT_TRUE(eventually([&] { return !session.writer().trouble().empty(); }));
  disk.make_room();
  session.add(one.id(), 1);
  session.flush();
  EXPECT_THAT(session.metrics(), SizeIs(1));
}

// Needs no privilege: this process may write no file beyond a size.
TEST(SqliteFaults, AFileThatMayNotGrowHoldsTheWriterUntilItMay) {
  const ScratchFolder folder;
  Session session(eager(folder.file()));
  const Series one = series("a");
  session.declare(one);
  session.add(one.id(), 0);
  session.flush();

  signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
  rlimit tight = usual;
  tight.rlim_cur = 256 * 1024;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  const std::int64_t accepted = write_into_trouble(session, one.id(), 1);
  const bool readable = !session.metrics({.limit = 5}).empty();
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
  EXPECT_TRUE(readable);
  ASSERT_TRUE(eventually([&] { return session.writer().trouble().empty(); }));
  session.flush();
  EXPECT_EQ(session.metrics().size(), static_cast<std::size_t>(accepted)) << "none lost";
}

TEST(SqliteFaults, AForeignLockHoldsTheWriterUntilItGoes) {
  const ScratchFolder folder;
  Session session(eager(folder.file()));
  const Series one = series("a");
  session.declare(one);
  session.flush();
  auto other = Connection::open(folder.file(), Connection::Mode::read_write);
  ASSERT_TRUE(other && other->execute("BEGIN EXCLUSIVE"));
  for (int i = 0; i < 100; ++i) session.add(one.id(), i);
  ASSERT_TRUE(eventually([&] { return !session.writer().trouble().empty(); }));
  EXPECT_THAT(session.writer().trouble(), HasSubstr("locked"));
  ASSERT_TRUE(other->execute("COMMIT"));
  session.flush();
  EXPECT_EQ(session.writer().trouble(), "");
  EXPECT_THAT(session.metrics(), SizeIs(100));
}

TEST(SqliteFaults, AStartOnALockedDatabaseWaitsForIt) {
  const ScratchFolder folder;
  const Series one = series("a");
  {
    Session(folder.file()).declare(one);
  }
  auto other = Connection::open(folder.file(), Connection::Mode::read_write);
  // The strictest lock there is: nobody else may even read.
  ASSERT_TRUE(other && other->execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT"));
  Session session(eager(folder.file()));
  session.declare(one);
  session.add(one.id(), 1);
  ASSERT_TRUE(eventually([&] { return !session.writer().trouble().empty(); }));
  EXPECT_FALSE(session.read([](Reader& reader) { return reader.ping(); }));
  other = Connection::open(folder.file(), Connection::Mode::read_only);  // lets go of the lock
  session.flush();
  EXPECT_THAT(session.metrics(), SizeIs(1));
}

TEST(SqliteFaults, AFileThatIsGoneIsNamedAndNothingCountsAsCommitted) {
  const ScratchFolder folder;
  Session session(eager(folder.file()));
  const Series one = series("a");
  session.declare(one);
  session.add(one.id(), 1);
  session.flush();
  std::filesystem::rename(folder.file(), folder.file("elsewhere.db"));
  session.add(one.id(), 2);
  ASSERT_TRUE(eventually([&] { return !session.writer().trouble().empty(); }));
  EXPECT_THAT(session.writer().trouble(), HasSubstr("moved or deleted"));
  EXPECT_EQ(session.writer().counters().committed, 1);
  std::filesystem::rename(folder.file("elsewhere.db"), folder.file());
  session.flush();
  EXPECT_THAT(session.metrics(), SizeIs(2));

  std::filesystem::remove(folder.file());
  session.add(one.id(), 3);
  ASSERT_TRUE(eventually([&] { return !session.writer().trouble().empty(); }));
  EXPECT_EQ(session.writer().shutdown(Clock::now() + 50ms), 1);
}

TEST(SqliteFaults, AReaderOutlivesADamagedFile) {
  const ScratchFolder folder;
  const Series one = series("a");
  {
    Session session(folder.file());
    session.declare(one);
    for (int i = 0; i < 3000; ++i) session.add(one.id(), i);
  }
  std::filesystem::copy_file(folder.file(), folder.file("good.db"));
  DatabaseSettings settings = settings_for(folder.file());
  settings.mode = DatabaseSettings::Mode::read_only;
  settings.reader_threads = 1;
  Session session(settings);
  {
    std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(folder.file()));
    file.seekp(8192);
    for (std::streamoff at = 8192; at < size; ++at) file.put('\x5a');
  }
  const auto metrics = session.read([](Reader& reader) { return reader.metrics({.limit = 100'000}); });
  ASSERT_FALSE(metrics);
  EXPECT_EQ(metrics.error().kind, ErrorKind::database);
  std::filesystem::rename(folder.file("good.db"), folder.file());
  EXPECT_THAT(session.metrics(), SizeIs(3000)) << "opened anew after the error";
}

}  // namespace
}  // namespace oculus::store
