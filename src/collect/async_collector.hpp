// A collector whose round is a coroutine: it writes `measure`, this class makes Collector's promises of it. Probe loop
// thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <memory>
#include <vector>

#include "collect/collector.hpp"
#include "net/loop.hpp"

namespace oculus::collect {

/// `done` follows on the loop's thread, never from within `collect`. It may destroy the collector; otherwise no round
/// is under way when the collector is destroyed, unless the loop has stopped.
class AsyncCollector : public Collector {
 public:
  /// Without a loop (`oculus check`) it only declares its series.
  AsyncCollector(net::Loop* loop, std::vector<Series> series);

  [[nodiscard]] const std::vector<Series>& series() const noexcept final { return series_; }
  void collect(Deadline deadline, Done done) final;
  void cancel() noexcept final;

 protected:
  /// One round, ended by the deadline. It is cancelled with asio::cancellation_type::terminal, ends soon after, and
  /// what it gives then is passed on; an exception becomes the reason `cancelled` or `internal`.
  virtual boost::asio::awaitable<Round> measure(Deadline deadline) = 0;

 private:
  net::Loop* loop_;
  std::vector<Series> series_;
  // Of the round under way, else null. Shared: it is also kept by the round, which may outlive the collector by a few
  // instructions.
  std::shared_ptr<boost::asio::cancellation_signal> round_;
};

}  // namespace oculus::collect
