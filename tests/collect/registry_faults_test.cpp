// Collectors that do not keep their promises: the registry says so, and the others go on.  [G6]
#include <gmock/gmock.h>

#include <future>
#include <stdexcept>

#include "collect/registry_fixture.hpp"

namespace oculus::collect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Does with a round what the test says.
class Loose final : public Collector {
 public:
  using Play = std::function<void(Deadline, Done)>;
  Loose(const std::string& name, Play play) : series_{fake_series(name)}, play_(std::move(play)) {}
  [[nodiscard]] const std::vector<Series>& series() const noexcept override { return series_; }
  void collect(Deadline deadline, Done done) override { play_(deadline, std::move(done)); }
  void cancel() noexcept override {}

 private:
  std::vector<Series> series_;
  Play play_;
};

class RegistryFaultsTest : public RegistryTest {
 protected:
  void start_loose(const std::string& name, Loose::Play play, std::chrono::milliseconds timeout = 1ms) {
    Enrolment enrolment = each_second();
    enrolment.timeout = timeout;
    start(name, std::make_unique<Loose>(name, std::move(play)), enrolment);
  }
  RunStatus status(const std::string& name) { return registry_->find("fake", name).value(); }
};

TEST_F(RegistryFaultsTest, WhatACollectorThrowsIsAnErrorEvent) {
  start_loose("broken", [](Deadline, const Collector::Done&) { throw std::runtime_error("no such thing"); });
  start_loose("odd", [](Deadline, const Collector::Done&) { throw 7; });
  start("good", {}, [](int) { return round_of(1); });
  ASSERT_TRUE(eventually([&] { return status("broken").runs > 1 && status("odd").runs > 1; }));
  EXPECT_TRUE(eventually([&] { return !samples("good").empty(); }));
  const auto events = whole_events();
  ASSERT_EQ(events.size(), 2U) << "once each";
  for (const Event& event : events) EXPECT_EQ(event.kind, EventKind::error);
  EXPECT_EQ(status("broken").detail, "the collector threw: no such thing");
  const auto rows = samples("broken");
  EXPECT_EQ(rows.at(0).value, std::nullopt);
  EXPECT_EQ(*rows.at(0).tags.find("error"), "internal");
}

TEST_F(RegistryFaultsTest, OneThatNeverAnswersIsAnErrorEventAndHasNoOtherRoundBefore) {
  open({.most_at_once = 1, .most_open = 1, .first_moments = 1h});
  std::vector<Collector::Done> asked;  // of the loop's thread, read when it has stopped asking
  std::atomic<int> rounds = 0;
  start_loose("silent", [&](Deadline, Collector::Done done) {
    if (rounds == 0)
      asked.push_back(std::move(done));
    else
      done(round_of(1));
    ++rounds;
  });
  ASSERT_TRUE(eventually([&] { return status("silent").runs == 1; }));
  EXPECT_EQ(status("silent").detail, "the collector did not answer by its deadline");
  start("good", {}, [](int) { return round_of(1); });
  EXPECT_TRUE(eventually([&] { return !samples("good").empty(); })) << "its turn is given back";
  ASSERT_TRUE(eventually([&] { return status("silent").missed_slots >= 2; }));
  EXPECT_EQ(rounds, 1);
  ASSERT_EQ(samples("silent").size(), 1U);

  asked.front()(round_of(7));  // too late: nobody hears it
  ASSERT_TRUE(eventually([&] { return samples("silent").size() > 1; }));
  EXPECT_EQ(samples("silent")[1].value, 1);
  const auto events = whole_events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, EventKind::error);
  EXPECT_THAT(events[1].message, HasSubstr("recovered"));
}

TEST_F(RegistryFaultsTest, OfTwoAnswersTheFirstCounts) {
  start_loose(
      "eager",
      [](Deadline, const Collector::Done& done) {
        done(round_of(1));
        done(round_of(2));
      },
      10s);
  ASSERT_TRUE(eventually([&] { return status("eager").runs >= 2; }));
  for (const auto& row : samples("eager")) EXPECT_EQ(row.value, 1);
  EXPECT_THAT(events(), ElementsAre("fake 'eager' is broken: it answered one round twice; its first answer counts"));
}

TEST_F(RegistryFaultsTest, OneThatDoesNotHeedTheCancellationIsLeftBehind) {
  std::promise<Collector::Done> asked;
  start_loose("stubborn", [&](Deadline, Collector::Done done) { asked.set_value(std::move(done)); }, 1h);
  const Collector::Done done = asked.get_future().get();
  std::promise<void> stopped;
  ASSERT_TRUE(registry_->stop("fake", "stubborn", Registry::Leaving::paused, [&] { stopped.set_value(); }));
  ASSERT_EQ(stopped.get_future().wait_for(20s), std::future_status::ready);
  EXPECT_THAT(events(), ElementsAre(HasSubstr("does not end when it is cancelled")));
  done(round_of(1));
  EXPECT_TRUE(registry_->stop_all(Clock::now() + 20s));
  EXPECT_TRUE(samples("stubborn").empty());
}

TEST_F(RegistryFaultsTest, AnAnswerAfterTheEndOfTheRegistryHarmsNobody) {
  std::promise<Collector::Done> asked;
  start_loose("late", [&](Deadline, Collector::Done done) { asked.set_value(std::move(done)); }, 1h);
  const Collector::Done done = asked.get_future().get();
  registry_.reset();
  done(round_of(1));
  EXPECT_TRUE(samples("late").empty());
}

TEST_F(RegistryFaultsTest, AFailureThatTurnsOutToBeOursIsToldAsWell) {
  std::atomic<int> rounds = 0;
  start_loose(
      "worse",
      [&](Deadline, const Collector::Done& done) {
        if (++rounds > 1) throw std::runtime_error("and now this");
        done(Round::failed("refused", "nothing listens"));
      },
      10s);
  ASSERT_TRUE(eventually([&] { return status("worse").runs >= 3; }));
  EXPECT_THAT(events(), ElementsAre("fake 'worse' began to fail: nothing listens",
                                    "fake 'worse' began to fail: the collector threw: and now this"));
}

}  // namespace
}  // namespace oculus::collect
