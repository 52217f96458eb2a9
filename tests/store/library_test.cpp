#include <gmock/gmock.h>

#include "oculus/storage.hpp"
#include "store/scratch_database.hpp"

namespace oculus {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

Sample at(SeriesId id, std::int64_t us) { return {id, from_us(us), 1.5, true, {}, {}}; }

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

TEST(Library, ErrorsAreOfTheKindsThatItNames) {
  const store::ScratchFolder folder;
  const auto storage = StorageBuilder("sqlite::memory:").build();
  ASSERT_TRUE(storage);
  EXPECT_EQ(storage->writer().insert_event({.message = "x", .payload = "[1]"}).error().kind, ErrorKind::json);
  EXPECT_EQ(storage->metrics().metrics({.cursor = "x"}).error().kind, ErrorKind::invalid_data);
  EXPECT_EQ(StorageBuilder("sqlite:" + folder.file() + "?mode=rw").build().error().kind, ErrorKind::database);
  for (const char* url :
       {"", "sqlite:", "sqlite:a?mode=x", "sqlite:a?cache=shared", "postgres://user:secret@host/db"}) {
    const auto refused = StorageBuilder(url).build();
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_data) << url;
    EXPECT_THAT(refused.error().text(), testing::Not(HasSubstr("secret")));
  }
  EXPECT_THAT(StorageBuilder(folder.file()).batch_size(0).build().error().what, HasSubstr("batch_size is 0"));
  EXPECT_THAT(StorageBuilder(folder.file()).channel_capacity(0).build().error().what, HasSubstr("channel_capacity"));
  EXPECT_FALSE(StorageBuilder(folder.file()).batch_flush_interval(0s).build());
}

}  // namespace
}  // namespace oculus
