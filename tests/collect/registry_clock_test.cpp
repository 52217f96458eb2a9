// The wall clock is set while collectors run.  [G2]
#include <gmock/gmock.h>

#include <atomic>

#include "collect/registry_fixture.hpp"

namespace oculus::collect {
namespace {

using testing::ElementsAre;

class RegistryClockTest : public RegistryTest {
 protected:
  RegistryClockTest() {
    open({.wall_clock = [this] { return now() + microseconds(ahead_us_); }});
  }
  ~RegistryClockTest() override { registry_.reset(); }  // before the clock that it reads

  void set_clock(microseconds by) { ahead_us_ += by.count(); }
  std::uint64_t runs(const std::string& name) { return registry_->find("fake", name)->runs; }
  void run(const std::string& name) {
    const auto before = runs(name);
    ASSERT_TRUE(eventually([&] {
      registry_->run_now("fake", name).value();
      return runs(name) > before;
    }));
  }
  static Enrolment each_hour() {
    Enrolment enrolment;
    enrolment.schedule = *Schedule::every(1h);
    return enrolment;
  }

  std::atomic<std::int64_t> ahead_us_ = 0;
};

TEST_F(RegistryClockTest, AStepBackIsAnEventAndNoStampLagsBehindIt) {
  start("a", each_hour(), [](int) { return round_of(1); });
  ASSERT_TRUE(eventually([&] { return runs("a") == 1; }));
  set_clock(-3h);
  run("a");
  ASSERT_TRUE(eventually([&] { return samples("a").size() >= 2; }));
  const auto rows = samples("a");
  EXPECT_LT(rows.front().at, rows.back().at - 2h) << "the first round has the latest stamp";
  EXPECT_THAT(events(), ElementsAre("the clock of this machine was set back by 3h"));
}

TEST_F(RegistryClockTest, AStepForwardMissesNoSlotAndKeepsThePace) {
  start("a", each_second(), [](int) { return round_of(1); });
  ASSERT_TRUE(eventually([&] { return runs("a") == 1; }));
  set_clock(24h);
  const auto before = runs("a");
  ASSERT_TRUE(eventually([&] { return runs("a") >= before + 2; }));
  EXPECT_LT(registry_->find("fake", "a")->missed_slots, 1000U) << "a day has 86,400 of them";
  EXPECT_THAT(events(), ElementsAre("the clock of this machine was set forward by 1d"));
}

TEST_F(RegistryClockTest, SlewingIsNoStep) {
  start("a", each_hour(), [](int) { return round_of(1); });
  ASSERT_TRUE(eventually([&] { return runs("a") == 1; }));
  set_clock(-1500ms);
  run("a");
  ASSERT_TRUE(eventually([&] { return samples("a").size() >= 2; }));
  const auto rows = samples("a");
  EXPECT_LE(rows[0].at + 1ms, rows[1].at) << "each stamp is later than the last";
  EXPECT_TRUE(events().empty());
}

TEST_F(RegistryClockTest, CronGoesByTheClockThatWasSet) {
  Enrolment yearly;
  yearly.schedule = *Schedule::cron("@yearly", "");
  start("a", yearly, [](int) { return round_of(1); });
  ASSERT_TRUE(eventually([&] { return registry_->find("fake", "a")->next_run.has_value(); }));
  EXPECT_EQ(runs("a"), 0U);
  set_clock(*registry_->find("fake", "a")->next_run - now() - 4s);
  EXPECT_TRUE(eventually([&] { return runs("a") == 1; }));
}

}  // namespace
}  // namespace oculus::collect
