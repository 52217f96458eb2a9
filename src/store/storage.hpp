// The write side of a database. Owned and called by the writer thread alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <variant>
#include <vector>

#include "model/retention.hpp"
#include "store/command.hpp"

namespace oculus::store {

/// One row of a transaction.
using Write = std::variant<Sample, UpsertSeries, RetireSeries, Event, PutCollector, DeleteCollector>;

/// Errors of the kinds `invalid_data` and `conflict` are the row's own fault: the transaction goes on without it. Any
/// other kind means that the transaction has failed and was rolled back; the writer tries the whole of it again later.
class Storage {
 public:
  virtual ~Storage() = default;

  virtual Result<> begin() = 0;
  virtual Result<> write(const Write& row) = 0;
  virtual Result<> commit() = 0;
  virtual void rollback() noexcept = 0;

  struct Slice {
    std::uint64_t deleted = 0;
    bool done = true;
  };
  /// One transaction of bounded length that deletes rows with `ts < cutoff`; again until `done`.
  virtual Result<Slice> delete_values_before(TimePoint cutoff) = 0;
  virtual Result<Slice> delete_events_before(TimePoint cutoff) = 0;
  /// The same for values that a retention no longer keeps at `present`; the same two until `done`. What the storage
  /// cannot delete by itself, because it lies packed with younger values, may stay until those are old.
  virtual Result<Slice> apply(const Retention& retention, TimePoint present) = 0;

  /// A bounded piece of the storage's own chores, such as turning an older layout into today's, outside of
  /// transactions; true while more of them wait. Called when nothing else is to be done.
  virtual Result<bool> do_chore() { return false; }
  /// What the storage has to tell people since the last call; called after each commit.
  virtual std::vector<Event> news() { return {}; }

  /// Samples that replaced an earlier one of the same series and time, since the start.
  [[nodiscard]] virtual std::uint64_t replaced() const noexcept = 0;
};

}  // namespace oculus::store
