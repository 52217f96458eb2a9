// The write side of SQLite. The writer thread alone.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "store/database.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/old_rows.hpp"
#include "store/sqlite/sample_writer.hpp"
#include "store/storage.hpp"

namespace oculus::store::sqlite {

class SqliteStorage final : public Storage {
 public:
  /// Nothing is opened yet: the first begin() does, and again until it succeeds, so that a full disk or a lock at the
  /// start is a matter of trying again.
  SqliteStorage(DatabaseSettings settings, SharedState shared);
  ~SqliteStorage() override;

  /// Opens, sets up and migrates. Migration: newer, or not ours.
  Result<> open();

  /// Puts what the journal holds into chunks now instead of when there is enough. Outside of transactions.
  Result<> seal();

  Result<> begin() override;
  Result<> write(const Write& row) override;
  Result<> commit() override;
  void rollback() noexcept override;
  Result<Slice> delete_values_before(TimePoint cutoff) override;
  Result<Slice> apply(const Retention& retention, TimePoint present) override;
  Result<Slice> delete_events_before(TimePoint cutoff) override;
  Result<bool> do_chore() override;
  std::vector<Event> news() override;
  [[nodiscard]] std::uint64_t replaced() const noexcept override { return replaced_; }

 private:
  struct Statements;

  Result<> put(const Sample& sample);
  Result<> put(const UpsertSeries& wish);
  Result<> put(const RetireSeries& wish);
  Result<> put(const Event& event);
  Result<> put(const PutCollector& wish);
  Result<> put(const DeleteCollector& wish);
  Result<Slot> slot_of(std::int64_t series_id);
  template <class Remove>
  Result<Slice> delete_values(Slot& position, std::int64_t sealed_before, Remove remove);
  Result<std::optional<Slot>> next_slot(Slot after);
  Result<> begin_transaction();
  // Calls `done` once what `work` did is committed.
  template <class Work, class Done>
  Result<> within_transaction(Work work, Done done);
  Result<> forget_abandoned_series();
  void tell(std::string message);
  Result<> still_there();
  Result<> failed(Result<> outcome) noexcept;  // passes it on, as drop_if_broken
  void drop_if_broken(int reason) noexcept;

  const DatabaseSettings settings_;
  std::optional<Connection> db_;
  const SharedState shared_;
  std::unique_ptr<Statements> statements_;  // after db_: finalized before it closes
  std::unique_ptr<SampleWriter> samples_;
  std::unique_ptr<OldRows> old_rows_;
  std::vector<Event> news_;
  // Series declared to this object, with their identity. A transaction that is rolled back is tried again whole, so
  // what was learned in it stays true.
  std::unordered_map<std::int64_t, std::string> known_;
  std::unordered_map<std::int64_t, Slot> slots_;    // by series id
  Slot deleting_{}, retaining_{};                   // the last that a deletion, or retention, is through with
  std::unordered_map<Slot, std::int64_t> cutoffs_;  // of the retention that goes on
  std::uint64_t replaced_ = 0;
  std::uint64_t replacing_ = 0;  // in the transaction that is open
};

}  // namespace oculus::store::sqlite
