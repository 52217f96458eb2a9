// Turns the rows of the first layout into chunks, a slice at a time. Within the writer's transactions; the writer
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/sample_writer.hpp"

namespace oculus::store::sqlite {

class OldRows {
 public:
  /// Empty when the database has none.
  static Result<std::unique_ptr<OldRows>> find(Connection& db);

  /// Converts some rows of one series. False: none are left, and their table is gone.
  Result<bool> convert_slice(SampleWriter& samples);
  /// A sample of this series and time has come anew: what was there goes. True: there was one.
  Result<bool> remove(std::int64_t series_id, std::int64_t at);
  /// Removes rows from before `cutoff`, at most `most`; tells how many.
  Result<std::uint64_t> remove_before(std::int64_t cutoff, std::uint64_t most);
  /// Samples converted since the start.
  [[nodiscard]] std::uint64_t converted() const noexcept { return converted_; }

 private:
  OldRows(Connection& db, std::vector<Statement> statements) : db_(db), statements_(std::move(statements)) {}
  enum : std::size_t { kNextSlot, kRead, kDelete, kDeleteOne, kDeleteBefore };
  Result<std::optional<std::pair<std::int64_t, Slot>>> next_series();

  Connection& db_;
  std::vector<Statement> statements_;
  std::uint64_t converted_ = 0;
};

}  // namespace oculus::store::sqlite
