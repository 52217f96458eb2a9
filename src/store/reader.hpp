// The read side of a database. Each Reader belongs to one thread at a time; a ReaderPool hands them out.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "model/histogram.hpp"
#include "store/command.hpp"
#include "store/query.hpp"

namespace oculus::store {

/// One read-only connection. Each call sees one snapshot. Database when the database fails, Invalid for a bad cursor.
class Reader {
 public:
  virtual ~Reader() = default;

  virtual Result<Page<MetricRow>> metrics(const MetricFilter& filter) = 0;
  virtual Result<std::vector<LatestRow>> latest(const LatestFilter& filter) = 0;
  virtual Result<std::vector<Point>> points(const PointsQuery& query) = 0;
  virtual Result<std::vector<CategoryStats>> stats(std::optional<TimePoint> from, std::optional<TimePoint> to) = 0;
  virtual Result<Page<EventRow>> events(const EventFilter& filter) = 0;
  virtual Result<std::vector<CollectorRow>> collectors() = 0;
  virtual Result<StorageFacts> facts() = 0;
  /// Is the database answering? Cheap.
  virtual Result<> ping() = 0;
  /// Reads all of it; Database with the first fault. Slow.
  virtual Result<> integrity() {
    return failure(ErrorKind::unavailable, "this database does not check itself", "use the tools of its server");
  }
};

/// The sandbox for people's SQL: a connection that cannot write, under an authorizer and limits. One thread at a time.
class SqlReader {
 public:
  virtual ~SqlReader() = default;
  /// Invalid: the statement is wrong, writes, or reads what is not public. TimedOut: not done by the deadline.
  virtual Result<SqlTable> run(const SqlQuery& query, Deadline deadline) = 0;
};

/// A few threads, each with a connection of its own.
template <class Connection>
class ConnectionPool {
 public:
  using Job = std::function<void(Connection&)>;
  using Open = std::function<std::unique_ptr<Connection>()>;

  ConnectionPool(std::size_t threads, Open open) : open_(std::move(open)) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  ~ConnectionPool() {
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
      wake_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();  // what is queued is still done: somebody waits for it
  }
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  /// Runs `job` on one of the threads. Any thread.
  void submit(Job job) {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
    wake_.notify_one();
  }
  /// As submit, and waits. Any thread but those of the pool and of event loops.
  template <class Work>
  auto ask(Work work) -> std::invoke_result_t<Work&, Connection&> {
    std::packaged_task<std::invoke_result_t<Work&, Connection&>(Connection&)> task(std::move(work));
    auto answer = task.get_future();
    submit([&task](Connection& connection) { task(connection); });
    return answer.get();
  }

  [[nodiscard]] std::size_t active() const noexcept { return active_; }
  [[nodiscard]] const Histogram& latency() const noexcept { return latency_; }

 private:
  void run() {
    const std::unique_ptr<Connection> connection = open_();
    for (;;) {
      Job job;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return closed_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        job = std::move(jobs_.front());
        jobs_.pop_front();
      }
      const auto begin = Clock::now();
      ++active_;
      job(*connection);
      --active_;
      latency_.add(Clock::now() - begin);
    }
  }

  Open open_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool closed_ = false;
  std::atomic<std::size_t> active_{0};
  Histogram latency_;
  std::vector<std::thread> threads_;  // last: they use all of the above
};

using ReaderPool = ConnectionPool<Reader>;
using SqlPool = ConnectionPool<SqlReader>;

}  // namespace oculus::store
