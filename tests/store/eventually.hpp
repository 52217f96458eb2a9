// Waits for what other threads bring about: for a condition, with a generous deadline, never for a time.
#pragma once

#include <future>
#include <memory>
#include <thread>

#include "store/command.hpp"

namespace oculus::store {

constexpr auto kPatience = std::chrono::seconds(20);

template <class Condition>
bool eventually(Condition holds) {
  for (const Deadline end = Clock::now() + kPatience; !holds();
       std::this_thread::sleep_for(std::chrono::milliseconds(2)))
    if (Clock::now() > end) return false;
  return true;
}

/// An answer that a test can wait for.
class Heard {
 public:
  [[nodiscard]] Answer answer() const {
    return [state = state_](Result<> outcome) { state->set_value(std::move(outcome)); };
  }
  [[nodiscard]] bool came() const { return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
  /// The answer; `timed_out` when none comes.
  [[nodiscard]] Result<> wait() const {
    if (future_.wait_for(kPatience) != std::future_status::ready)
      return failure(ErrorKind::timed_out, "no answer came");
    return future_.get();
  }

 private:
  std::shared_ptr<std::promise<Result<>>> state_ = std::make_shared<std::promise<Result<>>>();
  std::shared_future<Result<>> future_ = state_->get_future().share();
};

}  // namespace oculus::store
