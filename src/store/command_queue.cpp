#include "store/command_queue.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace oculus::store {

Result<> CommandQueue::refusal(std::size_t places) const {
  if (closed_) return failure(ErrorKind::queue_closed, "the writer has been shut down");
  if (places > capacity_)
    return failure(ErrorKind::invalid_data,
                   fmt::format("{} values at once do not fit into a queue of {}", places, capacity_),
                   "send them in parts");
  if (taken_ + places > capacity_)
    return failure(ErrorKind::queue_full, fmt::format("the queue holds {} of {} values", taken_, capacity_),
                   "try again in a moment");
  return {};
}

void CommandQueue::push(Command command) {
  const std::size_t places = weight(command);
  taken_ += places;
  counters_.accepted += places;
  if (std::holds_alternative<Shutdown>(command)) closed_ = true;
  commands_.push_back(std::move(command));
  if (commands_.size() == 1) wake_.notify_one();
}

Result<> CommandQueue::try_send(Command command) {
  const std::scoped_lock lock(mutex_);
  const std::size_t places = weight(command);
  auto outcome = refusal(places);
  if (outcome && places > 0 && !waiting_.empty())
    outcome = failure(ErrorKind::queue_full, "others wait for room in the queue", "try again in a moment");
  if (!outcome) {
    counters_.refused += places;
    return outcome;
  }
  push(std::move(command));
  return {};
}

void CommandQueue::send(Command command, Answer accepted) {
  Result<> outcome;
  {
    const std::scoped_lock lock(mutex_);
    outcome = refusal(weight(command));
    const bool full = !outcome && outcome.error().kind == ErrorKind::queue_full;
    if (full || (outcome && !waiting_.empty())) {
      waiting_.push_back({std::move(command), std::move(accepted)});
      wake_.notify_one();
      return;
    }
    if (outcome)
      push(std::move(command));
    else
      counters_.refused += weight(command);
  }
  tell(accepted, outcome);
}

std::optional<Command> CommandQueue::pop_until(Deadline due) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return !commands_.empty() || !waiting_.empty() || interrupted_; };
  if (due == Deadline::max())
    wake_.wait(lock, ready);
  else if (!wake_.wait_until(lock, due, ready))
    return std::nullopt;
  if (commands_.empty()) return std::nullopt;
  Command next = std::move(commands_.front());
  commands_.pop_front();
  return next;
}

bool CommandQueue::wait_until(Deadline due) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_until(lock, due, [&] { return interrupted_; });
}

bool CommandQueue::has_waiting() const {
  const std::scoped_lock lock(mutex_);
  return !waiting_.empty();
}

bool CommandQueue::empty() const {
  const std::scoped_lock lock(mutex_);
  return commands_.empty();
}

std::size_t CommandQueue::depth() const {
  const std::scoped_lock lock(mutex_);
  return taken_;
}

void CommandQueue::release(std::size_t places) {
  std::vector<Answer> accepted;  // called without the lock: they may send again
  {
    const std::scoped_lock lock(mutex_);
    taken_ -= places;
    while (!waiting_.empty() && refusal(weight(waiting_.front().command))) {
      push(std::move(waiting_.front().command));
      accepted.push_back(std::move(waiting_.front().accepted));
      waiting_.pop_front();
    }
  }
  for (const Answer& answer : accepted) tell(answer, {});
}

void CommandQueue::interrupt() {
  const std::scoped_lock lock(mutex_);
  interrupted_ = true;
  wake_.notify_all();
}

void CommandQueue::close() {
  std::deque<Waiting> refused;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    refused.swap(waiting_);
  }
  for (const Waiting& one : refused) {
    counters_.refused += weight(one.command);
    tell(one.accepted, failure(ErrorKind::queue_closed, "the writer has been shut down"));
  }
}

std::deque<Command> CommandQueue::drop_all() {
  const std::scoped_lock lock(mutex_);
  std::deque<Command> dropped;
  dropped.swap(commands_);
  for (const Command& command : dropped) taken_ -= weight(command);
  return dropped;
}

}  // namespace oculus::store
