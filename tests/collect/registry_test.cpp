#include "collect/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect/fake_collector.hpp"
#include "eventually.hpp"
#include "net/loop.hpp"
#include "store/database.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;

class RegistryTest : public testing::Test {
 protected:
  RegistryTest() {
    store::DatabaseSettings settings;
    settings.path = ":memory:";
    settings.writer.flush_interval = 1ms;
    database_ = std::move(*store::open_database(settings));
    registry_.emplace(loop_, *database_.writer, Registry::Settings{.most_at_once = 2, .start_spread = 1ms});
  }

  std::shared_ptr<Script> start(const std::string& name, Enrolment enrolment = {},
                                std::function<Round(int)> answer = {}, std::vector<Series> series = {}) {
    auto script = std::make_shared<Script>();
    script->answer = std::move(answer);
    enrolment.type = "fake";
    enrolment.name = name;
    if (series.empty()) series = {fake_series(name)};
    const auto started = registry_->start(enrolment, std::make_unique<FakeCollector>(script, series));
    EXPECT_TRUE(started) << started.error().text();
    return script;
  }
  std::vector<store::MetricRow> samples(const std::string& name) {
    EXPECT_TRUE(database_.writer->flush());
    return database_.readers
        ->ask([&](store::Reader& reader) {
          store::MetricFilter filter;
          filter.name = name;
          filter.order = store::Order::oldest_first;
          return reader.metrics(filter);
        })
        ->items;
  }
  std::vector<std::string> events() {
    EXPECT_TRUE(database_.writer->flush());
    store::EventFilter filter;
    filter.order = store::Order::oldest_first;
    const auto page = database_.readers->ask([&](store::Reader& reader) { return reader.events(filter); });
    std::vector<std::string> messages;
    for (const auto& row : page->items) messages.push_back(row.event.message);
    return messages;
  }
  static Enrolment named(const std::string& name) {
    Enrolment enrolment;
    enrolment.type = "fake";
    enrolment.name = name;
    return enrolment;
  }
  static Enrolment each_second() {
    Enrolment enrolment;
    enrolment.schedule = *Schedule::every(1s);
    return enrolment;
  }

  store::Database database_;
  net::Loop loop_{"test-loop"};
  std::optional<Registry> registry_;
};

TEST_F(RegistryTest, RunsAtOnceAndStoresTheRound) {
  start("a", {}, [](int) { return round_of(42); });
  ASSERT_TRUE(eventually([&] { return !samples("a").empty(); }));
  const auto row = samples("a").front();
  EXPECT_EQ(row.value, 42);
  EXPECT_EQ(row.symbol, "test.a");
  EXPECT_TRUE(row.success);
  EXPECT_EQ(to_us(row.at) % 1000, 0);
}

TEST_F(RegistryTest, StampsARoundOnceAndEachRoundLater) {  // [G2]
  start("a", each_second(),
        [](int n) {
          Round round;
          round.values = {n, n + 0.5};
          return round;
        },
        {fake_series("a", "x"), fake_series("a", "y")});
  registry_->run_now("fake", "a").value();
  ASSERT_TRUE(eventually([&] { return samples("a").size() >= 4; }));
  const auto rows = samples("a");
  EXPECT_EQ(rows[0].at, rows[1].at);
  EXPECT_EQ(rows[2].at, rows[3].at);
  EXPECT_LT(rows[1].at, rows[2].at);
}

TEST_F(RegistryTest, NeverOverlapsAndCountsMissedSlots) {  // [G1]
  const auto script = start("slow", each_second());
  ASSERT_TRUE(eventually([&] { return registry_->find("fake", "slow")->missed_slots >= 1; }));
  EXPECT_EQ(script->begun(), 1);
  script->end(round_of(1));
  EXPECT_TRUE(eventually([&] { return script->begun() == 2; }));
}

TEST_F(RegistryTest, TriesAFailureAgainAndStoresTheLastVerdictOnly) {  // [G3]
  Enrolment enrolment;
  enrolment.retries = 2;
  enrolment.retry_interval = 1ms;
  start("shaky", enrolment, [](int n) { return n < 3 ? Round::failed("refused", "no") : round_of(7); });
  ASSERT_TRUE(eventually([&] { return !samples("shaky").empty(); }));
  const auto rows = samples("shaky");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].success);
  ASSERT_NE(rows[0].tags.find("attempts"), nullptr);
  EXPECT_EQ(*rows[0].tags.find("attempts"), "3");
  EXPECT_TRUE(events().empty());
}

TEST_F(RegistryTest, KeepsTheReasonAndWhatAFailedRoundMeasured) {
  start("down", {},
        [](int) {
          Round round = Round::failed("status", "answered 500");
          round.values = {std::nullopt, 500, std::nullopt};
          return round;
        },
        {fake_series("down", "rtt"), fake_series("down", "status"), fake_series("down", "size")});
  ASSERT_TRUE(eventually([&] { return samples("down").size() == 2; }));
  for (const auto& row : samples("down")) {
    EXPECT_FALSE(row.success);
    EXPECT_EQ(*row.tags.find("error"), "status");
    EXPECT_EQ(row.value, row.symbol == "test.down.status" ? std::optional(500.0) : std::nullopt);
  }
}

TEST_F(RegistryTest, TellsOnceThatItFailsAndOnceThatItRecovered) {  // [G4]
  start("web", {}, [](int n) { return n <= 2 ? Round::failed("refused", "nothing listens") : round_of(1); });
  for (std::uint64_t runs = 1; runs <= 4; ++runs) {
    ASSERT_TRUE(eventually([&] { return registry_->find("fake", "web")->runs >= runs; }));
    ASSERT_TRUE(eventually([&] {
      registry_->run_now("fake", "web").value();
      return registry_->find("fake", "web")->runs > runs;
    }));
  }
  EXPECT_THAT(events(), testing::ElementsAre("fake 'web' began to fail: nothing listens",
                                             testing::StartsWith("fake 'web' recovered after")));
}

TEST_F(RegistryTest, RunsNoMoreAtOnceThanAllowed) {  // [G5]
  const auto a = start("a"), b = start("b"), c = start("c");
  ASSERT_TRUE(eventually([&] { return a->begun() + b->begun() + c->begun() == 2; }));
  ASSERT_TRUE(eventually([&] { return a->open() || b->open(); }));
  (a->open() ? a : b)->end(round_of(1));
  EXPECT_TRUE(eventually([&] { return a->begun() + b->begun() + c->begun() == 3; }));
}

TEST_F(RegistryTest, StopCancelsTheRoundAndStoresNoVerdict) {
  const auto script = start("a");
  ASSERT_TRUE(eventually([&] { return script->open(); }));
  std::promise<void> stopped;
  ASSERT_TRUE(registry_->stop("fake", "a", Registry::Leaving::paused, [&] { stopped.set_value(); }));
  ASSERT_EQ(stopped.get_future().wait_for(20s), std::future_status::ready);
  EXPECT_EQ(script->cancelled(), 1);
  EXPECT_TRUE(samples("a").empty());
  EXPECT_FALSE(registry_->find("fake", "a"));
}

TEST_F(RegistryTest, RefusesTheSameNameAndTheSameSymbol) {
  start("a");
  const auto twice = registry_->start(
      named("a"), std::make_unique<FakeCollector>(std::make_shared<Script>(), std::vector{fake_series("z")}));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().kind, ErrorKind::conflict);
  const auto symbol = registry_->start(
      named("b"), std::make_unique<FakeCollector>(std::make_shared<Script>(), std::vector{fake_series("a")}));
  ASSERT_FALSE(symbol);
  EXPECT_EQ(symbol.error().text(),
            "fake 'b' and fake 'a' both end in the symbol test.a; give one of them another name, or a `symbol:`");
}

TEST_F(RegistryTest, SeriesOfARemovedCollectorAreRetiredAndComeBack) {
  const auto current = [&] {
    EXPECT_TRUE(database_.writer->flush());
    return database_.readers->ask([](store::Reader& reader) { return reader.latest({}); })->size();
  };
  start("a", {}, [](int) { return round_of(1); });
  ASSERT_TRUE(eventually([&] { return current() == 1; }));
  ASSERT_TRUE(registry_->stop("fake", "a", Registry::Leaving::gone));
  EXPECT_TRUE(eventually([&] { return current() == 0; }));
  start("a", {}, [](int) { return round_of(1); });
  EXPECT_TRUE(eventually([&] { return current() == 1; }));
}

TEST_F(RegistryTest, StopAllEndsAThousandCollectors) {
  for (int i = 0; i < 1000; ++i) start("n" + std::to_string(i), {}, [](int) { return round_of(1); });
  EXPECT_TRUE(registry_->stop_all(Clock::now() + 20s));
  EXPECT_TRUE(registry_->list().empty());
}

}  // namespace
}  // namespace oculus::collect
