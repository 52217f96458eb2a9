#include "collect/registry.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <future>
#include <set>
#include <thread>

#include "collect/registry_fixture.hpp"

namespace oculus::collect {
namespace {

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
  open({.most_at_once = 2, .first_moments = 1h});
  const auto a = start("a"), b = start("b"), c = start("c");
  ASSERT_TRUE(eventually([&] { return a->begun() + b->begun() + c->begun() == 2; }));
  ASSERT_TRUE(eventually([&] { return a->open() || b->open(); }));
  (a->open() ? a : b)->end(round_of(1));
  EXPECT_TRUE(eventually([&] { return a->begun() + b->begun() + c->begun() == 3; }));
}

TEST_F(RegistryTest, TargetsThatDoNotAnswerHoldNobodyUp) {  // [G5]
  open({.most_at_once = 2, .most_open = 4, .first_moments = 1ms});
  std::vector<std::shared_ptr<Script>> scripts;
  for (int i = 0; i < 5; ++i) scripts.push_back(start("n" + std::to_string(i)));
  const auto begun = [&] {
    int sum = 0;
    for (const auto& script : scripts) sum += script->begun();
    return sum;
  };
  ASSERT_TRUE(eventually([&] { return begun() == 4; })) << begun();
  const auto silent = std::ranges::find_if(scripts, [](const auto& script) { return script->open(); });
  (*silent)->end(round_of(1));
  EXPECT_TRUE(eventually([&] { return begun() == 5; }));
}

TEST_F(RegistryTest, ThePauseBetweenAttemptsHoldsNobodyUp) {  // [G3] [G5]
  open({.most_at_once = 1, .most_open = 1, .first_moments = 1h});
  Enrolment patient;
  patient.retries = 1;
  patient.retry_interval = 1h;
  const auto failing = start("failing", patient, [](int) { return Round::failed("refused", "no"); });
  ASSERT_TRUE(eventually([&] { return failing->begun() == 1; }));
  start("other", {}, [](int) { return round_of(1); });
  EXPECT_TRUE(eventually([&] { return !samples("other").empty(); }));
  EXPECT_TRUE(samples("failing").empty()) << "its round goes on";
}

TEST_F(RegistryTest, ATimeOutNoticedLateIsOurStallAndIsMeasuredAgain) {  // [G7]
  Enrolment enrolment;
  enrolment.timeout = 1ms;
  const auto script = start("a", enrolment, [](int n) {
    if (n > 1) return round_of(7);
    std::this_thread::sleep_for(300ms);  // the stall: nothing else runs on the loop
    return Round::failed("timeout", "the time was up");
  });
  ASSERT_TRUE(eventually([&] { return !samples("a").empty(); }));
  const auto rows = samples("a");
  EXPECT_TRUE(rows[0].success);
  EXPECT_EQ(rows[0].tags.find("attempts"), nullptr);
  EXPECT_TRUE(events().empty());
}

TEST_F(RegistryTest, ATargetThatDoesNotAnswerIsNoStall) {  // [G7]
  Enrolment enrolment;
  enrolment.timeout = 1h;
  const auto script = start("a", enrolment, [](int) { return Round::failed("timeout", "the time was up"); });
  ASSERT_TRUE(eventually([&] { return !samples("a").empty(); }));
  EXPECT_FALSE(samples("a")[0].success);
  EXPECT_EQ(script->begun(), 1);
}

TEST_F(RegistryTest, AStallIsAnExcuseOnceInARound) {  // [G7]
  Enrolment enrolment;
  enrolment.timeout = 1ms;
  const auto script = start("a", enrolment, [](int) {
    std::this_thread::sleep_for(300ms);
    return Round::failed("timeout", "the time was up");
  });
  ASSERT_TRUE(eventually([&] { return !samples("a").empty(); }));
  EXPECT_FALSE(samples("a")[0].success);
  EXPECT_EQ(script->begun(), 2);
}

TEST_F(RegistryTest, SpreadsTheSlotsOfOneNameByType) {
  std::set<std::optional<TimePoint>> slots;
  for (const auto* const type : {"http", "tcp", "ping"}) {
    Enrolment enrolment = each_second();
    enrolment.schedule = *Schedule::every(30 * 24h);
    enrolment.type = type;
    enrolment.name = "site";
    auto script = std::make_shared<Script>();
    script->answer = [](int) { return round_of(1); };
    ASSERT_TRUE(registry_->start(
        enrolment, std::make_unique<FakeCollector>(script, std::vector{fake_series(std::string("site_") + type)})));
    ASSERT_TRUE(eventually([&] { return registry_->find(type, "site")->runs == 1; }));
    slots.insert(registry_->find(type, "site")->next_run);
  }
  EXPECT_EQ(slots.size(), 3U);
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

TEST_F(RegistryTest, StoresNothingOfARoundThatEndsAfterTheStop) {
  const auto script = start("a");
  ASSERT_TRUE(eventually([&] { return script->open(); }));
  script->on_cancel = round_of(1);
  std::promise<void> stopped;
  ASSERT_TRUE(registry_->stop("fake", "a", Registry::Leaving::paused, [&] { stopped.set_value(); }));
  ASSERT_EQ(stopped.get_future().wait_for(20s), std::future_status::ready);
  EXPECT_TRUE(samples("a").empty());
}

TEST_F(RegistryTest, TheSecondSlotKeepsItsDistanceFromTheFirst) {
  Enrolment hourly;
  hourly.schedule = *Schedule::every(1h);
  for (int i = 0; i < 20; ++i) {
    const std::string name = "n" + std::to_string(i);
    start(name, hourly, [](int) { return round_of(1); });
    ASSERT_TRUE(eventually([&] { return registry_->find("fake", name)->runs == 1; }));
    const auto status = registry_->find("fake", name);
    EXPECT_GE(*status->next_run - *status->last_run, 30min - 1s);
    EXPECT_LE(*status->next_run - *status->last_run, 90min);
  }
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

TEST_F(RegistryTest, RefusesSeriesThatAnotherMeasuresAndNone) {
  const auto refusal = [&](std::vector<Series> series) {
    const auto started =
        registry_->start(named("b"), std::make_unique<FakeCollector>(std::make_shared<Script>(), std::move(series)));
    return started ? std::string("started") : started.error().text();
  };
  start("a");
  Series same = fake_series("a");
  same.symbol.reset();
  EXPECT_THAT(refusal({same}), testing::StartsWith("fake 'b' and fake 'a' both measure the series test|a|nowhere|"));
  EXPECT_THAT(refusal({}), testing::StartsWith("fake 'b' declares no series"));
  EXPECT_THAT(refusal({fake_series("b", "x"), fake_series("b", "x")}), testing::HasSubstr("twice"));
  EXPECT_EQ(refusal({fake_series("b")}), "started");
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
