#include "collect/async_collector.hpp"

#include <gmock/gmock.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <thread>

#include "collect/one_round.hpp"
#include "net/loop_asio.hpp"

namespace asio = boost::asio;

namespace oculus::collect {
namespace {

using testing::HasSubstr;

enum class Play { answer, fail, hang };

class Actor final : public AsyncCollector {
 public:
  Actor(net::Loop& loop, Play play) : AsyncCollector(&loop, {}), play_(play) {}
  std::promise<void> begun;

 private:
  asio::awaitable<Round> measure(Deadline /*deadline*/) override {
    if (play_ == Play::fail) throw std::runtime_error("broken");
    if (play_ == Play::hang) {
      asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
      begun.set_value();
      co_await timer.async_wait(asio::use_awaitable);
    }
    Round round;
    round.values = {1.5};
    co_return round;
  }

  Play play_;
};

TEST(AsyncCollector, HandsOverWhatTheCoroutineMeasured) {
  net::Loop loop("test");
  Actor actor(loop, Play::answer);
  for (int i = 0; i < 3; ++i) {
    const Round round = one_round(loop, actor);
    EXPECT_TRUE(round.success);
    EXPECT_THAT(round.values, testing::ElementsAre(1.5));
  }
}

TEST(AsyncCollector, AnExceptionEndsTheRoundAsInternal) {
  net::Loop loop("test");
  Actor actor(loop, Play::fail);
  const Round round = one_round(loop, actor);
  EXPECT_FALSE(round.success);
  EXPECT_EQ(round.reason, "internal");
  EXPECT_THAT(round.detail, HasSubstr("broken"));
}

TEST(AsyncCollector, CancelEndsTheRound) {
  net::Loop loop("test");
  Actor actor(loop, Play::hang);
  auto round = begin_round(loop, actor, Deadline::max());
  actor.begun.get_future().wait();
  loop.post([&] { actor.cancel(); });
  EXPECT_EQ(round.get().reason, "cancelled");
}

TEST(AsyncCollector, CancelWithoutARoundDoesNothing) {
  net::Loop loop("test");
  Actor actor(loop, Play::answer);
  loop.post([&] { actor.cancel(); });
  EXPECT_TRUE(one_round(loop, actor).success);
  loop.post([&] { actor.cancel(); });
  EXPECT_TRUE(one_round(loop, actor).success);
}

TEST(AsyncCollector, TheAnswerMayDestroyTheCollector) {
  net::Loop loop("test");
  auto actor = std::make_unique<Actor>(loop, Play::answer);
  std::promise<void> gone;
  loop.post([&] {
    actor->collect(Deadline::max(), [&](const Round&) {
      actor.reset();
      gone.set_value();
    });
  });
  gone.get_future().wait();
  EXPECT_EQ(actor, nullptr);
}

TEST(AsyncCollector, ALoopThatStopsDropsTheRound) {
  auto loop = std::make_unique<net::Loop>("test");
  Actor actor(*loop, Play::hang);
  auto round = begin_round(*loop, actor, Deadline::max());
  actor.begun.get_future().wait();
  loop.reset();
  EXPECT_THROW(round.get(), std::future_error);  // a broken promise: `done` was destroyed, not called
}

}  // namespace
}  // namespace oculus::collect
