// Lets a coroutine wait for other threads: those of a ConnectionPool, and the writer's. The coroutine stays with its
// loop; only the work goes over, and its result comes back.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "store/reader.hpp"
#include "web/http.hpp"

namespace oculus::web::api {

namespace asio = boost::asio;

/// A coroutine that waits. Whoever comes first ends the wait: the answer, a cancellation, or the loss of the last one
/// who could have answered. The coroutine is woken on its own executor, never on the thread of the answer; if its loop
/// has stopped by then, it is destroyed together with the loop, which therefore outlives pools and writer.
template <class T, class Handler>
class Wait {
 public:
  explicit Wait(Handler handler) : handler_(std::move(handler)), work_(asio::get_associated_executor(handler_)) {}
  ~Wait() { end(std::make_exception_ptr(std::runtime_error("a job ended without an answer")), T{}); }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  /// Any thread.
  [[nodiscard]] bool has_ended() const noexcept { return ended_.test(); }
  void end(std::exception_ptr failure, T value) {
    if (ended_.test_and_set()) return;
    asio::post(work_.get_executor(),
               [handler = std::move(handler_), failure = std::move(failure), value = std::move(value)]() mutable {
                 std::move(handler)(std::move(failure), std::move(value));
               });
    work_.reset();
  }

 private:
  Handler handler_;
  asio::executor_work_guard<asio::associated_executor_t<Handler>> work_;
  std::atomic_flag ended_;
};

/// Ends a Wait; copies end the same one. Any thread.
template <class T, class Handler>
class Done {
 public:
  explicit Done(std::shared_ptr<Wait<T, Handler>> wait) : wait_(std::move(wait)) {}
  void operator()(std::exception_ptr failure, T value) const { wait_->end(std::move(failure), std::move(value)); }
  /// Somebody still waits: work for an answer that nobody takes would only keep others from their turn.
  [[nodiscard]] bool is_awaited() const noexcept { return !wait_->has_ended(); }

 private:
  std::shared_ptr<Wait<T, Handler>> wait_;
};

/// Calls `start(done)` and waits until somebody calls `done(failure, value)`.
template <class T, class Start>
asio::awaitable<T> answer_of(Start start) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr, T)>(
      [](auto handler, Start begin) {
        const auto slot = asio::get_associated_cancellation_slot(handler);
        auto wait = std::make_shared<Wait<T, decltype(handler)>>(std::move(handler));
        if (slot.is_connected()) {
          auto cancelled = slot;  // a slot is a handle: assigning to the copy is assigning to it
          cancelled.assign([weak = std::weak_ptr(wait)](asio::cancellation_type) {
            const boost::system::system_error aborted(asio::error::operation_aborted);
            if (const auto held = weak.lock()) held->end(std::make_exception_ptr(aborted), T{});
          });
        }
        begin(Done(std::move(wait)));
      },
      asio::use_awaitable, std::move(start));
}

/// Runs `function(Connection&)` on a thread of the pool and gives its result, or throws what it threw. What `function`
/// holds must outlive the pool, or be its own: it may run when nobody waits any more.
template <class Connection, class Function>
auto ask(store::ConnectionPool<Connection>& pool, Function function)
    -> asio::awaitable<std::invoke_result_t<Function&, Connection&>> {
  using T = std::invoke_result_t<Function&, Connection&>;
  return answer_of<T>([&pool, function = std::move(function)](auto done) mutable {
    pool.submit([function = std::move(function), done = std::move(done)](Connection& connection) mutable {
      if (!done.is_awaited()) return;
      try {
        done({}, function(connection));
      } catch (...) {
        done(std::current_exception(), T{});
      }
    });
  });
}

/// As ask, but waits no longer than the deadline: then nothing comes back, and what the job gives later is thrown away.
template <class Connection, class Function>
auto ask_until(Deadline deadline, store::ConnectionPool<Connection>& pool, Function function)
    -> asio::awaitable<std::optional<std::invoke_result_t<Function&, Connection&>>> {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer timer(co_await asio::this_coro::executor, deadline);
  auto first = co_await (ask(pool, std::move(function)) || timer.async_wait(asio::use_awaitable));
  if (first.index() == 1) co_return std::nullopt;
  co_return std::move(std::get<0>(first));
}

/// How long a client is left without an answer while the database gives none.
constexpr std::chrono::seconds kReaderPatience{10};

/// As ask, for handlers: Unavailable when no reader has answered in time.
template <class Function>
auto ask_reader(store::ReaderPool& readers, Function function, std::chrono::milliseconds patience = kReaderPatience)
    -> asio::awaitable<Result<std::invoke_result_t<Function&, store::Reader&>>> {
  auto answer = co_await ask_until(Clock::now() + patience, readers, std::move(function));
  if (answer) co_return std::move(*answer);
  co_return failure(
      ErrorKind::unavailable,
      fmt::format("the database did not answer within {} s", std::chrono::duration<double>(patience).count()),
      "try again later; /readyz says what is wrong");
}

/// As ask_reader, for a function that makes the whole answer.
template <class Function>
asio::awaitable<Response> answer_from(store::ReaderPool& readers, Function function,
                                      std::chrono::milliseconds patience = kReaderPatience) {
  auto answer = co_await ask_reader(readers, std::move(function), patience);
  co_return answer ? std::move(*answer) : Response::problem(answer.error());
}

/// Calls `start(Answer)` and gives what the Answer is told, be it at once or from the writer's thread.
template <class Start>
asio::awaitable<Result<>> told(Start start) {
  return answer_of<Result<>>([start = std::move(start)](auto done) mutable {
    start([done = std::move(done)](Result<> outcome) { done({}, std::move(outcome)); });
  });
}

}  // namespace oculus::web::api
