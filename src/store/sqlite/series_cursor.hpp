// Walks through the samples of one series in order of time, a block at a time, and through those of many as if they
// were one. One connection's, within one transaction; its thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "store/sqlite/sample_source.hpp"

namespace oculus::store::sqlite {

/// Times within [from, through].
struct TimeRange {
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  std::int64_t through = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] bool empty() const noexcept { return from > through; }
};

class SeriesCursor {
 public:
  SeriesCursor(SampleSource& source, Slot slot, TimeRange range, Direction direction)
      : source_(source), slot_(slot), range_(range), direction_(direction) {}

  /// Goes to the next sample. False: there is none.
  Result<bool> next();
  /// The sample that next() went to; its tags stand until the next call.
  [[nodiscard]] codec::RawSample sample() const { return block_[index_]; }
  [[nodiscard]] std::int64_t at() const { return block_.frame.at[index_]; }
  [[nodiscard]] Slot slot() const noexcept { return slot_; }

 private:
  Result<> begin();
  Result<bool> next_block();
  Result<> find_chunk(std::int64_t from);
  void add_unsealed(std::size_t count);

  SampleSource& source_;
  Slot slot_;
  TimeRange range_;
  Direction direction_;
  bool begun_ = false;
  std::optional<Chunk> chunk_;  // the next one
  Block unsealed_;              // what of it is still to come: [rest_begin_, rest_end_)
  std::size_t rest_begin_ = 0, rest_end_ = 0;
  Block block_;
  std::size_t index_ = 0, end_ = 0;  // forward: of block_, the sample and where the wanted ones end; backward: begin
};

/// The samples of many series in order of time, and of equal times in order of their ids.
class MergedCursor {
 public:
  MergedCursor(SampleSource& source, const std::vector<CatalogSeries>& series, TimeRange range, Direction direction);

  Result<bool> next();
  [[nodiscard]] codec::RawSample sample() const { return heap_.back().cursor->sample(); }
  /// Whose it is: the index in the list of series.
  [[nodiscard]] std::size_t index() const noexcept { return heap_.back().index; }

 private:
  // Ordered by the time of the sample it stands at; a cursor that is not begun by the best time it could have.
  struct Entry {
    std::int64_t at;
    std::int64_t series_id;
    std::size_t index;  // in the list of series
    Slot slot;
    std::unique_ptr<SeriesCursor> cursor;  // null: not begun
  };
  [[nodiscard]] bool later(const Entry& a, const Entry& b) const noexcept;
  void push();

  SampleSource& source_;
  TimeRange range_;
  Direction direction_;
  std::vector<Entry> heap_;
  bool standing_ = false;  // the last entry is the current one, taken off the heap
};

}  // namespace oculus::store::sqlite
