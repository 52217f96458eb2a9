#include <gmock/gmock.h>

#include <fstream>
#include <future>
#include <stdexcept>

#include "oculus/storage.hpp"
#include "store/scratch_database.hpp"
#include "store/sqlite/connection.hpp"

namespace oculus {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

Sample at(SeriesId id, std::int64_t us) { return {id, from_us(us), 1.5, true, {}, {}}; }

store::sqlite::Connection sqlite_of(const std::string& file) {
  return std::move(*store::sqlite::Connection::open(file, store::sqlite::Connection::Mode::read_write_create));
}

/// Somebody else who writes to the database and does not come to an end.
class LockedBy {
 public:
  explicit LockedBy(const std::string& file) : other_(sqlite_of(file)) {
    EXPECT_TRUE(other_.execute("BEGIN IMMEDIATE"));
  }
  void unlock() { EXPECT_TRUE(other_.execute("ROLLBACK")); }

 private:
  store::sqlite::Connection other_;
};

TEST(Library, WritesReadsAndEndsByGoingOutOfScope) {
  const store::ScratchFolder folder;
  const Series series = store::series("a", "example.com", "net.http.a");
  {
    const auto storage = StorageBuilder("sqlite:" + folder.file())
                             .channel_capacity(1024)
                             .batch_size(500)
                             .batch_flush_interval(1s)
                             .build();
    ASSERT_TRUE(storage) << storage.error().text();
    StorageWriter writer = storage->writer();
    ASSERT_TRUE(writer.upsert_series(series));
    ASSERT_TRUE(writer.insert_value(at(series.id(), 1)));
    ASSERT_TRUE(writer.try_insert_value(at(series.id(), 2)));
    ASSERT_TRUE(writer.insert_values({at(series.id(), 3), at(series.id(), 4)}));
    EXPECT_THAT(storage->metrics().metrics({.symbol = "net.http.a"})->items, SizeIs(4)) << "committed when it returns";
    ASSERT_TRUE(writer.insert_value(at(series.id(), 5)));
    ASSERT_TRUE(writer.insert_event({.message = "hello"}));
  }
  const auto again = StorageBuilder("sqlite:" + folder.file() + "?mode=ro").build();
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_THAT(again->metrics().metrics()->items, SizeIs(5)) << "what was accepted was written";
  EXPECT_THAT(again->events().events()->items, SizeIs(1));
  EXPECT_EQ(again->metrics().latest()->at(0).sample->at, from_us(5));
  EXPECT_THAT(*again->metrics().stats(), SizeIs(1));
  EXPECT_THAT(*again->metrics().points({.symbol = "net.http.a", .from = from_us(0), .to = from_us(10), .step = 10us}),
              SizeIs(1));
  EXPECT_EQ(again->writer().insert_value(at(series.id(), 6)).error().kind, ErrorKind::database);
}

TEST(Library, AHandleKeepsTheDatabaseAlive) {
  std::optional<StorageWriter> writer;
  std::optional<SqlReader> sql;
  {
    const auto storage = StorageBuilder("sqlite::memory:").build();
    ASSERT_TRUE(storage);
    writer = storage->writer();
    sql = storage->sql();
  }
  ASSERT_TRUE(writer->insert_event({.message = "still here"}));
  ASSERT_TRUE(writer->flush());
  EXPECT_EQ(sql->query("SELECT message FROM events WHERE message = ?", {std::string("still here")})->rows.size(), 1);
  EXPECT_EQ(sql->query("DELETE FROM events").error().kind, ErrorKind::invalid_data);
}

TEST(Library, TheEndOfTheLastHandleWaitsForADatabaseInTrouble) {
  const store::ScratchFolder folder;
  const Series series = store::series("a");
  std::optional<StorageWriter> writer;
  {
    const auto storage = StorageBuilder(folder.file()).build();
    ASSERT_TRUE(storage);
    writer = storage->writer();
  }
  ASSERT_TRUE(writer->upsert_series(series));
  ASSERT_TRUE(writer->flush());
  auto other = LockedBy(folder.file());
  ASSERT_TRUE(writer->insert_value(at(series.id(), 1)));
  const auto gone = std::async(std::launch::async, [&] { writer.reset(); });
  EXPECT_EQ(gone.wait_for(50ms), std::future_status::timeout) << "nothing that was accepted is given up";
  other.unlock();
  gone.wait();
  EXPECT_THAT(StorageBuilder(folder.file()).build()->metrics().metrics()->items, SizeIs(1));
}

TEST(Library, CollectorsAreCreatedReadChangedAndRemoved) {
  const auto storage = StorageBuilder("sqlite::memory:").build();
  ASSERT_TRUE(storage);
  CollectorStore collectors = storage->collectors();
  const auto created = collectors.create({.type = "http", .name = "a"});
  ASSERT_TRUE(created) << created.error().text();
  EXPECT_GT(created->id, 0);
  EXPECT_EQ(collectors.create({.type = "http", .name = "a"}).error().kind, ErrorKind::invalid_data);
  EXPECT_EQ(collectors.create({.type = "http", .name = "b", .config = "nonsense"}).error().kind, ErrorKind::json);
  EXPECT_EQ(collectors.update({.type = "http", .name = "c"}).error().what, "there is no collector http 'c'");
  EXPECT_EQ(collectors.remove("http", "c").error().kind, ErrorKind::invalid_data);
  ASSERT_TRUE(collectors.create({.type = "http", .name = "c"}));
  EXPECT_FALSE(collectors.update({.type = "http", .name = "c", .enabled = false})->enabled);
  EXPECT_FALSE((*collectors.get("http", "c"))->enabled);
  EXPECT_THAT(*collectors.list(), SizeIs(2));
  ASSERT_TRUE(collectors.remove("http", "c"));
  EXPECT_FALSE(*collectors.get("http", "c"));
}

TEST(Library, TheAdministratorCleansChecksAndEnds) {
  const store::ScratchFolder folder;
  const auto storage = StorageBuilder(folder.file()).build();
  ASSERT_TRUE(storage);
  const Series series = store::series("a");
  StorageWriter writer = storage->writer();
  StorageAdmin admin = storage->admin();
  ASSERT_TRUE(writer.upsert_series(series));
  ASSERT_TRUE(writer.insert_value(at(series.id(), 1)));
  ASSERT_TRUE(writer.insert_event({.at = from_us(1), .message = "old"}));
  ASSERT_TRUE(admin.cleanup_values(200'000'000));
  EXPECT_THAT(storage->metrics().metrics()->items, SizeIs(1));
  ASSERT_TRUE(admin.cleanup_values(0));
  ASSERT_TRUE(admin.cleanup_events(0));
  EXPECT_THAT(storage->metrics().metrics()->items, SizeIs(0));
  EXPECT_THAT(storage->events().events()->items, SizeIs(0));
  EXPECT_EQ(admin.facts()->series, 1);
  EXPECT_TRUE(admin.integrity_check());
  EXPECT_EQ(admin.trouble(), "");
  EXPECT_TRUE(admin.flush());
  EXPECT_TRUE(admin.shutdown());
  EXPECT_EQ(writer.insert_value(at(series.id(), 2)).error().kind, ErrorKind::queue_closed);
  EXPECT_EQ(admin.flush().error().kind, ErrorKind::queue_closed);
}

// What makes each kind of StorageError; `queue_closed` is above.

TEST(LibraryErrors, DatabaseIsOneThatRefuses) {
  const store::ScratchFolder folder;
  EXPECT_EQ(StorageBuilder("sqlite:" + folder.file() + "?mode=rw").build().error().kind, ErrorKind::database);
  ASSERT_TRUE(StorageBuilder(folder.file()).build());
  const auto below_a_file = StorageBuilder(folder.file() + "/oculus.db").build();
  ASSERT_FALSE(below_a_file);
  EXPECT_EQ(below_a_file.error().kind, ErrorKind::database);
  const auto storage = StorageBuilder("sqlite:" + folder.file() + "?mode=ro").build();
  ASSERT_TRUE(storage) << storage.error().text();
  for (const auto& refused : {storage->writer().upsert_series({}), storage->writer().try_insert_value({}),
                              storage->writer().flush(), storage->admin().cleanup_values(0)})
    EXPECT_EQ(refused.error().kind, ErrorKind::database);
}

TEST(LibraryErrors, QueueFullIsNoRoomNow) {
  const store::ScratchFolder folder;
  const auto storage = StorageBuilder(folder.file()).channel_capacity(1).build();
  ASSERT_TRUE(storage);
  const Series series = store::series("a");
  StorageWriter writer = storage->writer();
  ASSERT_TRUE(writer.upsert_series(series));
  ASSERT_TRUE(writer.flush());
  auto other = LockedBy(folder.file());
  ASSERT_TRUE(writer.try_insert_value(at(series.id(), 1)));
  EXPECT_EQ(writer.try_insert_value(at(series.id(), 2)).error().kind, ErrorKind::queue_full);
  EXPECT_EQ(writer.try_insert_event({.message = "x"}).error().kind, ErrorKind::queue_full);
  other.unlock();
  EXPECT_TRUE(writer.insert_value(at(series.id(), 3))) << "waits for room";
  ASSERT_TRUE(writer.flush());
  EXPECT_THAT(storage->metrics().metrics()->items, SizeIs(2));
}

TEST(LibraryErrors, WhatTheDatabaseDidNotTakeByTheEndIsCounted) {
  const store::ScratchFolder folder;
  const auto storage = StorageBuilder(folder.file()).build();
  ASSERT_TRUE(storage);
  const Series series = store::series("a");
  ASSERT_TRUE(storage->writer().upsert_series(series));
  ASSERT_TRUE(storage->writer().flush());
  const auto other = LockedBy(folder.file());
  ASSERT_TRUE(storage->writer().insert_value(at(series.id(), 1)));
  ASSERT_TRUE(storage->writer().insert_value(at(series.id(), 2)));
  const auto ended = storage->admin().shutdown(1ms);
  EXPECT_EQ(ended.error().kind, ErrorKind::database);
  EXPECT_THAT(ended.error().what, HasSubstr("2 rows"));
}

TEST(LibraryErrors, JsonIsTextThatShouldBeAnObject) {
  const auto storage = StorageBuilder("sqlite::memory:").build();
  ASSERT_TRUE(storage);
  for (const char* payload : {"[1]", "{", "", "nonsense"}) {
    EXPECT_EQ(storage->writer().insert_event({.message = "x", .payload = payload}).error().kind, ErrorKind::json);
    EXPECT_EQ(storage->writer().try_insert_event({.message = "x", .payload = payload}).error().kind, ErrorKind::json);
    EXPECT_EQ(storage->collectors().create({.type = "http", .name = "a", .config = payload}).error().kind,
              ErrorKind::json);
  }
}

TEST(LibraryErrors, InvalidDataIsWhatCannotBe) {
  const store::ScratchFolder folder;
  const auto storage = StorageBuilder("sqlite::memory:").channel_capacity(2).build();
  ASSERT_TRUE(storage);
  EXPECT_EQ(storage->metrics().metrics({.cursor = "x"}).error().kind, ErrorKind::invalid_data);
  EXPECT_EQ(storage->events().events({.cursor = "x"}).error().kind, ErrorKind::invalid_data);
  EXPECT_EQ(storage->sql().query("SELECT").error().kind, ErrorKind::invalid_data);
  EXPECT_EQ(storage->writer().insert_values({3, at(SeriesId{1}, 1)}).error().kind, ErrorKind::invalid_data);
  for (const char* url :
       {"", "sqlite:", "sqlite:a?mode=x", "sqlite:a?cache=shared", "postgres://user:secret@host/db"}) {
    const auto refused = StorageBuilder(url).build();
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_data) << url;
    EXPECT_THAT(refused.error().text(), testing::Not(HasSubstr("secret")));
  }
  EXPECT_THAT(StorageBuilder(folder.file()).batch_size(0).build().error().what, HasSubstr("batch_size is 0"));
  EXPECT_THAT(StorageBuilder(folder.file()).channel_capacity(0).build().error().what, HasSubstr("channel_capacity"));
  EXPECT_EQ(StorageBuilder(folder.file()).batch_flush_interval(0s).build().error().kind, ErrorKind::invalid_data);
}

TEST(LibraryErrors, MigrationIsAFileOfAnotherVersionOrNotOurs) {
  const store::ScratchFolder folder;
  ASSERT_TRUE(StorageBuilder(folder.file()).build());
  ASSERT_TRUE(sqlite_of(folder.file()).execute("UPDATE schema_version SET version = 99"));
  ASSERT_TRUE(sqlite_of(folder.file("other.db")).execute("CREATE TABLE accounts (id)"));
  std::ofstream(folder.file("letter.txt")) << "Dear reader, this is no database.\n";
  for (const char* name : {"oculus.db", "other.db", "letter.txt"})
    for (const char* mode : {"", "?mode=rw", "?mode=ro"})
      EXPECT_EQ(StorageBuilder("sqlite:" + folder.file(name) + mode).build().error().kind, ErrorKind::migration)
          << name << mode;
}

TEST(LibraryErrors, InternalIsAMistakeOfOurs) {
  struct Mistaken final : store::SqlReader {
    Result<SqlTable> run(const SqlQuery&, Deadline) override { throw std::logic_error("never thought of"); }
  };
  const auto storage = StorageBuilder("sqlite::memory:").build();
  ASSERT_TRUE(storage);
  storage->database()->sql = std::make_unique<store::SqlPool>(1, [] { return std::make_unique<Mistaken>(); });
  const auto table = storage->sql().query("SELECT 1");
  EXPECT_EQ(table.error().kind, ErrorKind::internal);
  EXPECT_THAT(table.error().what, HasSubstr("never thought of"));
}

}  // namespace
}  // namespace oculus
