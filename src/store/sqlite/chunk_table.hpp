// Sealed stretches of samples in the database: `chunks` says what there is, in order of series and time, and `pieces`
// holds their columns, in order of sealing. One connection's; its thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "store/sqlite/block.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/head.hpp"

namespace oculus::store::sqlite {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

/// A row of `chunks`. Those of one series do not overlap.
struct Chunk {
  Slot slot{};
  std::int64_t first = 0, last = 0;  // times of its first and last sample
  std::int64_t frame = 0;            // piece with the columns that the series of a collector share
  std::int64_t data = 0;             // piece with the values
  codec::Summary summary;            // count 0: damaged; the columns may be whole all the same
};

enum class Direction { forward, backward };

/// Reads chunks. Statements are made once and kept: under the authorizer of people's SQL none could be made.
class ChunkTable {
 public:
  static Result<ChunkTable> prepare(Connection& db);

  /// The chunk that holds `at` or is the nearest before it.
  Result<std::optional<Chunk>> at_or_before(Slot slot, std::int64_t at);
  /// The first chunk that begins after `at`.
  Result<std::optional<Chunk>> after(Slot slot, std::int64_t at);
  /// Calls `take` with each chunk of the series that touches [from, through], in order of time, until it answers false.
  template <class Take>
  Result<> each(Slot slot, std::int64_t from, std::int64_t through, Take take) {
    Statement& rows = statements_[kEach];
    rows.bind_all(static_cast<std::int64_t>(slot), from, through);
    for (;;) {
      const auto more = rows.step();
      if (!more) return std::unexpected(more.error());
      if (!*more) return {};
      if (const Chunk chunk = read(rows); chunk.last >= from && !take(chunk)) {
        rows.reset();
        return {};
      }
    }
  }
  /// The time of the last sample in the chunks of the series; the least number when there is none.
  Result<std::int64_t> end(Slot slot);

  /// All samples of the chunk. False: it is damaged. Reads the frame again only when it is another than the last time.
  Result<bool> load(const Chunk& chunk, Block& block);

 private:
  explicit ChunkTable(std::vector<Statement> statements) : statements_(std::move(statements)) {}
  Result<std::optional<Chunk>> one(Statement& statement, Slot slot, std::int64_t at);
  Result<bool> piece(std::int64_t id, std::string& bytes);
  static Chunk read(const Statement& row);

  enum : std::size_t { kAtOrBefore, kAfter, kEach, kPiece };
  std::vector<Statement> statements_;
  std::string bytes_;
  std::int64_t frame_id_ = 0;  // of frame_; ids are never used again, so what was read stays true
  codec::Frame frame_;
};

/// Changes chunks, within the transaction of the writer.
class ChunkWriter {
 public:
  static Result<ChunkWriter> prepare(Connection& db);

  /// Adds a chunk; a frame equal to one of those just added is shared with it.
  Result<> insert(Slot slot, const Block& block, bool alone);
  Result<> remove(const Chunk& chunk);
  /// Frames before this are not shared with those to come.
  void end_of_collector() noexcept { shared_.clear(); }

 private:
  struct Shared {
    codec::Frame frame;
    std::int64_t id;
  };
  explicit ChunkWriter(sqlite3* db, std::vector<Statement> statements) : db_(db), statements_(std::move(statements)) {}
  Result<std::int64_t> frame_of(const Block& block, bool alone);
  Result<std::int64_t> insert_piece(const std::string& bytes);
  Result<> release(std::int64_t piece);

  enum : std::size_t { kInsert, kRemove, kInsertPiece, kShare, kRelease, kRemovePiece };
  sqlite3* db_;
  std::vector<Statement> statements_;
  std::vector<Shared> shared_;
  std::string bytes_;
};

}  // namespace oculus::store::sqlite
