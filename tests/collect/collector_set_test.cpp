#include "collect/collector_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "eventually.hpp"
#include "net/egress_gate.hpp"
#include "net/loop.hpp"
#include "store/database.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class NoVariables final : public config::Environment {
 public:
  const char* find(const std::string&) const override { return nullptr; }
  [[nodiscard]] bool expands(const std::string&) const override { return false; }
};

config::CollectorEntry entry(std::string type, const std::string& yaml) {
  config::Problems problems;
  auto node = config::parse(yaml, config::Syntax::yaml, "oculus.yaml", nullptr, problems);
  EXPECT_TRUE(problems.none()) << problems.text();
  const Place place = node.place;
  return {std::move(type), std::move(node), place};
}

class CollectorSetTest : public testing::Test {
 protected:
  CollectorSetTest() {
    store::DatabaseSettings settings;
    settings.path = ":memory:";
    settings.writer.flush_interval = 1ms;
    database_ = std::move(*store::open_database(settings));
    registry_.emplace(loop_, *database_.writer);
    set_.emplace(*registry_, *database_.writer, Parts{&loop_, &gate_}, no_variables_);
  }
  ~CollectorSetTest() override {
    registry_->stop_all();
    database_.writer->shutdown();
  }

  std::string apply(const std::vector<config::CollectorEntry>& wanted) {
    config::Problems problems;
    set_->apply(wanted, problems);
    return problems.text();
  }
  using Change = void (CollectorSet::*)(const CollectorSet::Wish&, config::Problems&, store::Answer);
  Result<> ask(Change change, const CollectorSet::Wish& wish) {
    std::promise<Result<>> promise;
    config::Problems problems;
    (*set_.*change)(wish, problems, [&](Result<> done) { promise.set_value(std::move(done)); });
    return promise.get_future().get();
  }
  Result<> remove(const std::string& type, const std::string& name) {
    std::promise<Result<>> promise;
    set_->remove(type, name, [&](Result<> done) { promise.set_value(std::move(done)); });
    return promise.get_future().get();
  }
  std::vector<store::CollectorRow> rows() {
    EXPECT_TRUE(database_.writer->flush());
    return *database_.readers->ask([](store::Reader& reader) { return reader.collectors(); });
  }
  std::vector<std::string> running() {
    std::vector<std::string> names;
    for (const RunStatus& status : registry_->list()) names.push_back(status.name);
    return names;
  }
  static CollectorSet::Wish redis(const std::string& config = R"({"host": "127.0.0.1", "port": 1})") {
    return {"tcp", "redis", true, "default", config};
  }

  NoVariables no_variables_;
  net::EgressGate gate_;
  store::Database database_;
  net::Loop loop_{"test-loop"};
  std::optional<Registry> registry_;
  std::optional<CollectorSet> set_;
};

TEST_F(CollectorSetTest, AppliesAFileAsOneDifference) {
  EXPECT_EQ(
      apply({entry("tcp", "{name: a, host: 127.0.0.1, port: 1}"), entry("tcp", "{name: b, host: 127.0.0.1, port: 2}")}),
      "");
  EXPECT_THAT(running(), ElementsAre("a", "b"));
  const auto before = rows();
  EXPECT_EQ(
      apply({entry("tcp", "{name: a, host: 127.0.0.1, port: 1}"), entry("tcp", "{name: c, host: 127.0.0.1, port: 3}")}),
      "");
  EXPECT_THAT(running(), ElementsAre("a", "c"));
  const auto after = rows();
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0].id, before[0].id);
  EXPECT_EQ(after[0].updated_at, before[0].updated_at) << "what did not change is left alone";
  EXPECT_EQ(after[1].name, "c");
}

TEST_F(CollectorSetTest, ChangesNothingWhenAnythingIsWrong) {
  EXPECT_EQ(apply({entry("tcp", "{name: a, host: 127.0.0.1, port: 1}")}), "");
  const std::string text = apply({entry("tcp", "{name: b, host: 127.0.0.1, port: 1}"), entry("tpc", "{name: c}")});
  EXPECT_THAT(text, HasSubstr("there is no collector of type 'tpc'"));
  EXPECT_THAT(running(), ElementsAre("a"));
}

TEST_F(CollectorSetTest, RefusesTwoThatEndInOneSymbol) {
  const std::string text = apply({entry("tcp", "{name: my-db, host: 127.0.0.1, port: 1}"),
                                  entry("tcp", "{name: my_db, host: 127.0.0.1, port: 2}")});
  EXPECT_THAT(text, HasSubstr("tcp 'my_db' and tcp 'my-db' both end in the symbol net.tcp.my_db.rtt"));
}

TEST_F(CollectorSetTest, DisabledCollectorsHaveARowAndDoNotRun) {
  EXPECT_EQ(apply({entry("tcp", "{name: a, host: 127.0.0.1, port: 1, enabled: false}")}), "");
  EXPECT_TRUE(running().empty());
  ASSERT_EQ(rows().size(), 1U);
  EXPECT_FALSE(rows()[0].enabled);
}

TEST_F(CollectorSetTest, CreatesChangesDisablesAndDeletesAtOnce) {
  ASSERT_TRUE(ask(&CollectorSet::create, redis()));
  EXPECT_THAT(running(), ElementsAre("redis"));
  const auto again = ask(&CollectorSet::create, redis());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);

  auto wish = redis(R"({"host": "127.0.0.1", "port": 2})");
  ASSERT_TRUE(ask(&CollectorSet::replace, wish));
  EXPECT_THAT(rows()[0].config, HasSubstr("2"));
  EXPECT_EQ(registry_->find("tcp", "redis")->series[0].target, "127.0.0.1:2");

  wish.enabled = false;
  ASSERT_TRUE(ask(&CollectorSet::replace, wish));
  EXPECT_TRUE(running().empty());
  ASSERT_TRUE(remove("tcp", "redis"));
  EXPECT_TRUE(rows().empty());
  EXPECT_EQ(remove("tcp", "redis").error().kind, ErrorKind::not_found);
}

TEST_F(CollectorSetTest, TellsWhatIsWrongWithAWish) {
  EXPECT_THAT(ask(&CollectorSet::create, redis(R"({"host": "127.0.0.1"})")).error().text(), HasSubstr("port"));
  EXPECT_THAT(ask(&CollectorSet::create, redis("[]")).error().text(), HasSubstr("config is not an object"));
  EXPECT_EQ(ask(&CollectorSet::create, {"tcq", "x", true, "default", "{}"}).error().kind, ErrorKind::invalid);
  EXPECT_TRUE(rows().empty());
}

TEST_F(CollectorSetTest, FilesAndApiKeepOutOfEachOthersWay) {
  EXPECT_EQ(apply({entry("tcp", "{name: filed, host: 127.0.0.1, port: 1}")}), "");
  EXPECT_EQ(remove("tcp", "filed").error().kind, ErrorKind::forbidden);
  EXPECT_EQ(ask(&CollectorSet::replace, {"tcp", "filed", true, "default", R"({"host":"h","port":1})"}).error().kind,
            ErrorKind::forbidden);
  ASSERT_TRUE(ask(&CollectorSet::create, redis()));
  EXPECT_THAT(apply({entry("tcp", "{name: redis, host: 127.0.0.1, port: 1}")}),
              HasSubstr("claimed by this file and by a collector made over the API"));
  EXPECT_EQ(apply({}), "");
  EXPECT_THAT(running(), ElementsAre("redis")) << "files never touch collectors of the API";
}

TEST_F(CollectorSetTest, LoadStartsWhatTheApiMadeAndKeepsWhatNoLongerReads) {
  store::CollectorRow good{.type = "tcp", .name = "good", .config = R"({"host":"127.0.0.1","port":1})"};
  store::CollectorRow broken{.type = "telepathy", .name = "broken"};
  set_->load({good, broken});
  EXPECT_THAT(running(), ElementsAre("good"));
  EXPECT_EQ(ask(&CollectorSet::create, {"tcp", "good", true, "default", R"({"host":"h","port":1})"}).error().kind,
            ErrorKind::conflict);
}

}  // namespace
}  // namespace oculus::collect
