// The one thread that writes to the database. Owned by the writer thread; from elsewhere only `send`, `try_send` and
// what reads counters.
//  [W1] The order of arrival is the order on disk.
//  [W2] What was accepted is committed, or set aside with an error event; never dropped. Memory stays bounded.
//  [W3] A value waits at most `flush_interval`, counted from the first that enters an empty buffer.
//  [W4] Flush and Shutdown answer when everything before them is committed.
//  [W5] Rows that are not values are committed as soon as the queue is empty, with all that stands before them.
#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/command_queue.hpp"
#include "store/storage.hpp"
#include "store/writer_counters.hpp"

namespace oculus::store {

struct WriterSettings {
  std::size_t channel_capacity = 10'000;                                     // values, 1 or more
  std::size_t batch_size = 500;                                              // values in a transaction, 1 or more
  std::chrono::microseconds flush_interval = std::chrono::seconds(1);        // `database.batch_flush_interval`
  std::chrono::microseconds retry_first = std::chrono::milliseconds(20);     // back-off after a failed transaction,
  std::chrono::microseconds retry_longest = std::chrono::milliseconds(500);  // doubled up to this
};

class StoreWriter {
 public:
  StoreWriter(std::unique_ptr<Storage> storage, WriterSettings settings);
  /// As shutdown() without a deadline, if that was not called.
  ~StoreWriter();
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  /// Takes the command or says why not: QueueFull, QueueClosed, InvalidData (more values than the queue holds). Any
  /// thread.
  Result<> try_send(Command command);
  /// Waits in line for room instead of QueueFull; `accepted` is called once, at once or from the writer thread. Any
  /// thread.
  void send(Command command, Answer accepted);
  /// Waits for everything before it. Any thread but the writer's and those of event loops.
  Result<> flush();

  /// Accepts nothing more, writes what was accepted, ends the thread. If the database has not taken all of it by the
  /// deadline, the rest is given up and its number of rows comes back; 0 is what you want. Idempotent. Any thread but
  /// the writer's.
  std::size_t shutdown(Deadline deadline = Deadline::max());

  /// Why the database cannot be written to now; empty when it can. Any thread.
  [[nodiscard]] std::string trouble() const;
  [[nodiscard]] const WriterCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::size_t depth() const { return queue_.depth(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return queue_.capacity(); }
  [[nodiscard]] bool alive() const noexcept { return alive_; }

 private:
  struct Pending {
    Write row;
    std::size_t places;  // of the queue, given back after the commit; 0 for what the writer adds itself
    Answer answer;
  };
  // Retention asked for and not yet done. What is asked meanwhile joins it, so that trouble heaps up no work.
  struct Cleanup {
    std::function<Result<Storage::Slice>()> slice = {};  // empty: there is nothing to delete
    TimePoint cutoff = TimePoint::min();                 // where there is one for all rows
    std::vector<Answer> answers = {};
  };

  void run();
  void handle(InsertValue& wish);
  void handle(InsertValues& wish);
  void handle(UpsertSeries& wish);
  void handle(RetireSeries& wish);
  void handle(InsertEvent& wish);
  void handle(PutCollector& wish);
  void handle(DeleteCollector& wish);
  void handle(CleanupValues& wish);
  void handle(ApplyRetention& wish);
  void handle(CleanupEvents& wish);
  void handle(Flush& wish);
  void handle(Shutdown& wish);

  void add_value(Sample sample);
  void add_rare(Write row, Answer answer, std::size_t places = 1);
  bool commit();            // false: failed, the buffer holds and due_ is the next try
  Result<> write_buffer();  // one transaction
  Result<> set_aside(const Write& row, const Error& reason);
  void failed(const Error& reason);
  using Delete = Result<Storage::Slice> (Storage::*)(TimePoint);
  void clean_before(Cleanup& work, Delete rows, std::chrono::microseconds keep, Answer answer);
  Cleanup* next_cleanup() noexcept;  // null: nothing to delete
  void clean_a_slice(Cleanup& work);
  void do_a_chore();
  void tell_news();
  void note_trouble(std::string reason);
  std::size_t give_up();

  const WriterSettings settings_;
  std::unique_ptr<Storage> storage_;
  WriterCounters counters_;
  CommandQueue queue_;

  // The writer thread's own.
  std::vector<Pending> buffer_;
  std::size_t buffered_values_ = 0;
  std::vector<Answer> answer_after_commit_;
  std::vector<Result<>> row_answers_;  // parallel to buffer_ while a transaction is written
  Cleanup old_values_, not_retained_, old_events_;
  Deadline clean_at_{};          // later than now after a slice that failed
  bool cleaning_fails_ = false;  // told once
  Deadline chore_at_{};          // the storage's next chore; the latest time when there is none
  Deadline due_ = Deadline::max();
  std::chrono::microseconds back_off_{0};  // zero: the last transaction went through
  bool rare_waiting_ = false;
  bool running_ = true;
  bool stop_after_commit_ = false;

  std::atomic<bool> alive_{true};
  std::atomic<bool> abandoned_{false};
  std::atomic<std::size_t> lost_{0};
  mutable std::mutex trouble_mutex_;
  std::string trouble_;
  std::once_flag shut_down_;
  std::promise<void> ended_;
  std::shared_future<void> end_ = ended_.get_future().share();
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace oculus::store
