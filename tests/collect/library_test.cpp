#include <gmock/gmock.h>

#include "collect/fake_collector.hpp"
#include "eventually.hpp"
#include "net/local_port.hpp"
#include "oculus/collect.hpp"
#include "oculus/storage.hpp"
#include "store/scratch_database.hpp"

namespace oculus {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<MetricRow> samples_of(const Storage& storage, const std::string& symbol) {
  EXPECT_TRUE(storage.admin().flush());
  return storage.metrics().metrics({.symbol = symbol})->items;
}

TEST(CollectLibrary, ARegistryOnAStorageRunsProbesFunctionsAndOnesOwn) {
  const net::ListeningPort target;
  const auto storage = StorageBuilder("sqlite::memory:").build();
  ASSERT_TRUE(storage);
  Loop loop("test");
  const EgressGate gate;
  Registry registry(loop, *storage, {.start_spread = 1ms});
  const auto start = [&](const std::string& name, std::unique_ptr<Collector> collector) {
    const auto started = registry.start({.type = "test", .name = name}, std::move(collector));
    EXPECT_TRUE(started) << started.error().text();
  };
  start("port", make_tcp_probe(loop, gate, {.name = "port", .host = "127.0.0.1", .port = target.port()}));
  start("page", make_http_probe(loop, gate, {.name = "page", .url = "http://127.0.0.1:1/"}));
  start("host", std::move(*make_ping_probe(loop, gate, {.name = "host", .host = "127.0.0.1", .count = 1})));
  start("function",
        make_blocking(loop, {collect::fake_series("f")}, [](Deadline) -> Round { return collect::round_of(4); }));
  auto script = std::make_shared<collect::Script>();
  script->answer = [](int) { return collect::round_of(5); };
  start("class", std::make_unique<collect::FakeCollector>(script, std::vector{collect::fake_series("c")}));

  EXPECT_THAT(registry.list(), SizeIs(5));
  for (const char* name : {"port", "page", "host", "function", "class"})
    ASSERT_TRUE(eventually([&] { return registry.find("test", name)->runs > 0; })) << name;
  registry.stop_all();
  EXPECT_THAT(registry.list(), IsEmpty());
  EXPECT_GT(samples_of(*storage, "net.tcp.port.rtt").at(0).value, 0.0);
  EXPECT_EQ(*samples_of(*storage, "net.http.page.rtt").at(0).tags.find("error"), "refused");
  EXPECT_THAT(samples_of(*storage, "net.ping.host.rtt"), SizeIs(1));
  EXPECT_EQ(samples_of(*storage, "test.f").at(0).value, 4.0);
  EXPECT_EQ(samples_of(*storage, "test.c").at(0).value, 5.0);
}

TEST(CollectLibrary, ARegistryKeepsItsStorageOpen) {
  const store::ScratchFolder folder;
  {
    Loop loop("test");
    std::optional<Registry> registry;
    registry.emplace(loop, *StorageBuilder(folder.file()).build(), RegistrySettings{.start_spread = 1ms});
    ASSERT_TRUE(registry->start(
        {.type = "test", .name = "f"},
        make_blocking(loop, {collect::fake_series("f")}, [](Deadline) -> Round { return collect::round_of(1); })));
    ASSERT_TRUE(eventually([&] { return registry->find("test", "f")->runs > 0; }));
  }
  EXPECT_THAT(samples_of(*StorageBuilder(folder.file()).build(), "test.f"), SizeIs(1));
}

TEST(CollectLibrary, NothingStartsOnAStorageThatIsReadOnly) {
  const store::ScratchFolder folder;
  ASSERT_TRUE(StorageBuilder(folder.file()).build());
  const auto storage = StorageBuilder("sqlite:" + folder.file() + "?mode=ro").build();
  ASSERT_TRUE(storage) << storage.error().text();
  Loop loop("test");
  Registry registry(loop, *storage);
  const auto refused =
      registry.start({.type = "test", .name = "f"}, make_blocking(loop, {}, [](Deadline) -> Round { return {}; }));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::database);
  EXPECT_TRUE(registry.list().empty());
}

}  // namespace
}  // namespace oculus
