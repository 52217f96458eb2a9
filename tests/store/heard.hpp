// An answer of the writer, for a test that waits for it.
#pragma once

#include <future>
#include <memory>

#include "store/command.hpp"

namespace oculus::store {

/// An answer that a test can wait for.
class Heard {
 public:
  [[nodiscard]] Answer answer() const {
    return [state = state_](Result<> outcome) { state->set_value(std::move(outcome)); };
  }
  [[nodiscard]] bool came() const { return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }
  /// The answer; `timed_out` when none comes.
  [[nodiscard]] Result<> wait() const {
    constexpr auto kPatience = std::chrono::seconds(20);
    if (future_.wait_for(kPatience) != std::future_status::ready)
      return failure(ErrorKind::timed_out, "no answer came");
    return future_.get();
  }

 private:
  std::shared_ptr<std::promise<Result<>>> state_ = std::make_shared<std::promise<Result<>>>();
  std::shared_future<Result<>> future_ = state_->get_future().share();
};

}  // namespace oculus::store
