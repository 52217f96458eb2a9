#include "collect/blocking_collector.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "collect/async_collector.hpp"

namespace asio = boost::asio;

namespace oculus::collect {
namespace {

using Work = std::function<Round(Deadline)>;

asio::thread_pool& workers() {
  static asio::thread_pool pool(2);  // joined at exit
  return pool;
}

Round run(const Work& work, Deadline deadline) {
  const auto begin = Clock::now();
  if (begin >= deadline) return Round::failed("timeout", "no worker thread was free before the deadline");
  try {
    Round round = work(deadline);
    if (!round.took) round.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    return round;
  } catch (const std::exception& caught) {
    return Round::failed("internal", fmt::format("the collector's function threw: {}", caught.what()));
  } catch (...) {
    return Round::failed("internal", "the collector's function threw something that is no std::exception");
  }
}

// One round, seen from both threads. Kept by both: the function may return long after the round was ended without it.
class Call : public std::enable_shared_from_this<Call> {
 public:
  explicit Call(asio::steady_timer& waiting) : waiting_(&waiting) {}

  // Worker thread: leaves the answer and wakes the round, if it still waits. The lock keeps the round, and so its loop,
  // from ending in between.
  void answer(Round round) {
    const std::scoped_lock lock(mutex_);
    if (waiting_ == nullptr) return;
    answer_ = std::move(round);
    asio::post(waiting_->get_executor(), [call = shared_from_this()] { call->wake(); });
  }

  // Loop thread: the round waits no longer, and its timer is about to go.
  std::optional<Round> leave() {
    const std::scoped_lock lock(mutex_);
    waiting_ = nullptr;
    return std::exchange(answer_, std::nullopt);
  }

 private:
  void wake() {
    const std::scoped_lock lock(mutex_);
    if (waiting_ != nullptr) waiting_->cancel();
  }

  std::mutex mutex_;
  asio::steady_timer* waiting_;
  std::optional<Round> answer_;
};

// Leaves on every way out, the destruction of the coroutine with its loop included.
struct Leaving {
  explicit Leaving(Call& of) : call(of) {}
  ~Leaving() { call.leave(); }
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;
  Call& call;
};

class BlockingCollector final : public AsyncCollector {
 public:
  BlockingCollector(net::Loop& loop, std::vector<Series> series, Work work)
      : AsyncCollector(&loop, std::move(series)), work_(std::make_shared<const Work>(std::move(work))) {}

 private:
  asio::awaitable<Round> measure(Deadline deadline) override;

  std::shared_ptr<const Work> work_;  // shared with a call that overruns the collector's life
};

asio::awaitable<Round> BlockingCollector::measure(Deadline deadline) {
  asio::steady_timer timer(co_await asio::this_coro::executor, deadline);
  const auto call = std::make_shared<Call>(timer);
  const Leaving leaving(*call);
  asio::post(workers(), [call, work = work_, deadline] { call->answer(run(*work, deadline)); });

  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));  // the answer, the deadline or a cancellation ends it
  if (auto round = call->leave()) co_return std::move(*round);
  if (Clock::now() < deadline) co_return Round::failed("cancelled", "the round was cancelled");
  co_return Round::failed("timeout", "the collector's function did not return by the deadline");
}

}  // namespace

std::unique_ptr<Collector> make_blocking(net::Loop& loop, std::vector<Series> series, Work work) {
  return std::make_unique<BlockingCollector>(loop, std::move(series), std::move(work));
}

}  // namespace oculus::collect
