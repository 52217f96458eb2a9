#include "collect/blocking_collector.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "collect/one_round.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;

TEST(BlockingCollector, RunsTheFunctionOffTheLoop) {
  net::Loop loop("test");
  std::promise<std::thread::id> loop_thread;
  loop.post([&] { loop_thread.set_value(std::this_thread::get_id()); });
  const auto on_loop = loop_thread.get_future().get();
  std::thread::id ran_on = on_loop;
  const auto collector = make_blocking(loop, {}, [&](Deadline) {
    ran_on = std::this_thread::get_id();
    Round round;
    round.values = {7.0};
    return round;
  });
  const Round round = one_round(loop, *collector);
  EXPECT_TRUE(round.success);
  EXPECT_THAT(round.values, testing::ElementsAre(7.0));
  EXPECT_TRUE(round.took.has_value());
  EXPECT_NE(ran_on, on_loop);
}

TEST(BlockingCollector, WhatTheFunctionThrowsIsInternal) {
  net::Loop loop("test");
  const auto collector = make_blocking(loop, {}, [](Deadline) -> Round { throw std::runtime_error("no such sensor"); });
  const Round round = one_round(loop, *collector);
  EXPECT_EQ(round.reason, "internal");
  EXPECT_THAT(round.detail, testing::HasSubstr("no such sensor"));
}

TEST(BlockingCollector, OneThatOverrunsIsEndedAndItsLateAnswerDropped) {
  std::promise<void> go;
  auto gate = go.get_future().share();
  {
    net::Loop loop("test");
    const auto collector = make_blocking(loop, {}, [gate](Deadline) {
      gate.wait();
      return Round{};
    });
    EXPECT_EQ(one_round(loop, *collector, 20ms).reason, "timeout");
  }  // collector and loop end before the function does
  go.set_value();
}

TEST(BlockingCollector, CancelEndsTheRoundThoughTheFunctionGoesOn) {
  std::promise<void> go;
  std::promise<void> begun;
  auto gate = go.get_future().share();
  net::Loop loop("test");
  const auto collector = make_blocking(loop, {}, [&begun, gate](Deadline) {
    begun.set_value();
    gate.wait();
    return Round{};
  });
  auto round = begin_round(loop, *collector, Clock::now() + 1h);
  begun.get_future().wait();
  loop.post([&] { collector->cancel(); });
  EXPECT_EQ(round.get().reason, "cancelled");
  go.set_value();
}

}  // namespace
}  // namespace oculus::collect
