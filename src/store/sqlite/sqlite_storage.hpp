// The write side of SQLite. The writer thread alone.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "store/database.hpp"
#include "store/sqlite/connection.hpp"
#include "store/storage.hpp"

namespace oculus::store::sqlite {

class SqliteStorage final : public Storage {
 public:
  /// Nothing is opened yet: the first begin() does, and again until it succeeds, so that a full disk or a lock at the
  /// start is a matter of trying again.
  explicit SqliteStorage(DatabaseSettings settings);
  ~SqliteStorage() override;

  /// Opens, sets up and migrates. Migration: newer, or not ours.
  Result<> open();

  Result<> begin() override;
  Result<> write(const Write& row) override;
  Result<> commit() override;
  void rollback() noexcept override;
  Result<Slice> delete_values_before(TimePoint cutoff) override;
  Result<Slice> delete_events_before(TimePoint cutoff) override;
  [[nodiscard]] std::uint64_t replaced() const noexcept override { return replaced_; }

 private:
  struct Statements;

  Result<> put(const Sample& sample);
  Result<> put(const UpsertSeries& wish);
  Result<> put(const RetireSeries& wish);
  Result<> put(const Event& event);
  Result<> put(const PutCollector& wish);
  Result<> put(const DeleteCollector& wish);
  Result<Slice> delete_slice(Statement& statement, TimePoint cutoff);
  Result<> forget_abandoned_series();
  Result<> still_there();
  Result<> failed(Result<> outcome) noexcept;  // passes it on, as drop_if_broken
  void drop_if_broken(int reason) noexcept;

  const DatabaseSettings settings_;
  std::optional<Connection> db_;
  std::unique_ptr<Statements> statements_;  // after db_: finalized before it closes
  // Series declared to this object, with their identity. A transaction that is rolled back is tried again whole, so
  // what was learned in it stays true.
  std::unordered_map<std::int64_t, std::string> known_;
  std::uint64_t replaced_ = 0;
  std::uint64_t replacing_ = 0;  // in the transaction that is open
};

}  // namespace oculus::store::sqlite
