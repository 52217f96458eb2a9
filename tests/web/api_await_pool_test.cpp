#include <future>
#include <stdexcept>
#include <thread>

#include "api_harness.hpp"
#include "web/api/await_pool.hpp"

namespace oculus::web::api {
namespace {

class AwaitPool : public ApiTest {};

asio::awaitable<bool> comes_back_on_its_thread(store::ReaderPool& pool) {
  const auto ours = std::this_thread::get_id();
  auto work = [](store::Reader&) { return std::this_thread::get_id(); };
  const auto theirs = co_await ask(pool, std::move(work));
  co_return theirs != ours&& std::this_thread::get_id() == ours;
}

TEST_F(AwaitPool, WorksOnThePoolAndGoesOnOnTheLoop) { EXPECT_TRUE(run(comes_back_on_its_thread(*database.readers))); }

asio::awaitable<std::string> what_is_thrown(store::ReaderPool& pool) {
  auto work = [](store::Reader&) -> int { throw std::runtime_error("broken"); };
  try {
    co_await ask(pool, std::move(work));
  } catch (const std::exception& error) {
    co_return error.what();
  }
  co_return "nothing";
}

TEST_F(AwaitPool, ThrowsWhatTheJobThrew) { EXPECT_EQ(run(what_is_thrown(*database.readers)), "broken"); }

TEST_F(AwaitPool, StopsToWaitAtTheDeadlineWhileTheJobGoesOn) {
  std::promise<void> go_on;
  auto held = [waits = go_on.get_future().share()](store::Reader&) { return waits.get(), 1; };
  auto quick = [](store::Reader&) { return 2; };
  EXPECT_EQ(run(ask_until(Clock::now() + 1ms, *database.readers, held)), std::nullopt);
  go_on.set_value();
  EXPECT_EQ(run(ask_until(Clock::now() + 60s, *database.readers, quick)), 2);
}

TEST_F(AwaitPool, WorkThatNobodyAwaitsAnyMoreIsNotDone) {
  std::promise<void> go_on;
  const auto waits = go_on.get_future().share();
  for (int threads = 0; threads < 2; ++threads) database.readers->submit([waits](store::Reader&) { waits.wait(); });
  std::atomic<int> done = 0;
  auto count = [&done](store::Reader&) { return ++done; };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(run(ask_until(Clock::now() + 1ms, *database.readers, count)), std::nullopt);
  go_on.set_value();
  database.readers.reset();  // its threads have taken everything that was in line
  EXPECT_EQ(done, 0);
}

TEST_F(AwaitPool, HandlersAnswer503WhenNoReaderDoes) {
  std::promise<void> go_on;
  auto held = [waits = go_on.get_future().share()](store::Reader&) { return waits.get(), Response::json("{}"); };
  const Response answer = run(answer_from(*database.readers, held, 1ms));
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body.find("the database did not answer within 0.001 s"), std::string::npos) << answer.body;
  go_on.set_value();
  EXPECT_EQ(run(answer_from(*database.readers, held)).status, 200);
}

TEST_F(AwaitPool, ALoopThatStoppedMeanwhileTakesItsCoroutinesWithIt) {
  std::promise<void> go_on;
  std::atomic<bool> resumed = false;
  auto held = [waits = go_on.get_future().share()](store::Reader&) { return waits.get(), 1; };
  {
    asio::io_context short_lived;
    asio::co_spawn(short_lived, ask(*database.readers, held), [&](const std::exception_ptr&, int) { resumed = true; });
    short_lived.poll();  // the job is on its way
    short_lived.stop();
    go_on.set_value();
    database.readers.reset();  // waits for the job, as at the end of the program
  }
  EXPECT_FALSE(resumed);
}

TEST_F(AwaitPool, ToldGivesTheAnswerFromTheWriterOrAtOnce) {
  auto flush = [this](store::Answer done) { (void)database.writer->try_send(store::Flush{std::move(done)}); };
  EXPECT_TRUE(run(told(flush)));
  auto refuse = [](const store::Answer& done) { done(failure(ErrorKind::conflict, "taken")); };
  EXPECT_EQ(run(told(refuse)).error().what, "taken");
}

TEST_F(AwaitPool, AnAnswerThatIsDroppedEndsTheWait) {
  auto forget = [](const store::Answer&) {};
  EXPECT_THROW(run(told(forget)), std::runtime_error);
}

}  // namespace
}  // namespace oculus::web::api
