// The bounded queue between the producers and the writer. Any thread may send; the writer thread alone takes.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "model/time.hpp"
#include "store/command.hpp"
#include "store/writer_counters.hpp"

namespace oculus::store {

/// Places are counted in values, and stay taken until the writer gives them back after the commit: what is buffered or
/// being retried counts too, so that memory stays bounded whatever the database does.
class CommandQueue {
 public:
  CommandQueue(std::size_t capacity, WriterCounters& counters) : capacity_(capacity), counters_(counters) {}

  /// Takes the command, or answers QueueFull (no room, or others wait for room), QueueClosed, or InvalidData (it would
  /// never fit).
  Result<> try_send(Command command);

  /// As try_send, but waits in line for room; `accepted` is called once, at once or later from another thread.
  void send(Command command, Answer accepted);

  /// The next command; empty when `due` passed, `interrupt` was called, or nothing is left but those who wait for room.
  /// The writer thread.
  std::optional<Command> pop_until(Deadline due);
  /// Waits without taking anything; false when interrupted. The writer thread.
  bool wait_until(Deadline due);

  [[nodiscard]] bool empty() const;
  /// Does somebody wait in line for room? A commit makes it.
  [[nodiscard]] bool has_waiting() const;
  [[nodiscard]] std::size_t depth() const;  // places taken
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

  /// Gives places back after a commit and lets those in who wait.
  void release(std::size_t places);

  /// Ends every wait of the writer, now and from now on.
  void interrupt();

  /// Nothing is accepted from now on; those who wait hear QueueClosed.
  void close();
  /// Gives up what is queued, for whoever wants to tell those who wait for it.
  std::deque<Command> drop_all();

 private:
  struct Waiting {
    Command command;
    Answer accepted;
  };
  Result<> refusal(std::size_t places) const;  // with the lock held
  void push(Command command);                  // with the lock held

  const std::size_t capacity_;
  WriterCounters& counters_;  // accepted is counted before the writer can see the command
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Command> commands_;
  std::deque<Waiting> waiting_;
  std::size_t taken_ = 0;
  bool closed_ = false;
  bool interrupted_ = false;
};

}  // namespace oculus::store
