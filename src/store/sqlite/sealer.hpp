// Makes chunks of samples: of what the journal holds, and of what older layouts held. Within the writer's transaction;
// the writer thread.
#pragma once

#include <cstdint>
#include <functional>

#include "store/sqlite/block.hpp"
#include "store/sqlite/chunk_table.hpp"

namespace oculus::store::sqlite {

class Sealer {
 public:
  /// The series of one collector have one number, and their samples often one frame.
  using CollectorOf = std::function<std::int64_t(Slot)>;

  static Result<Sealer> prepare(Connection& db);

  /// Puts all that the head holds into chunks. The head stays as it is: it is cut when that is committed.
  Result<> seal(const Head& head, const CollectorOf& collector_of);

  /// Puts samples, in order of time, into the chunks of a series. `alone`: no other series will want to share the
  /// frame. `newer`: of equal times they replace what is there, else they give way to it.
  Result<> weave(Slot slot, const Block& samples, bool alone, bool newer = true);

  /// Removes what is older than `cutoff` from a chunk, or the chunk with its last sample; tells how many samples went.
  Result<std::uint64_t> remove_before(const Chunk& chunk, std::int64_t cutoff);

 private:
  Sealer(ChunkTable table, ChunkWriter writer) : table_(std::move(table)), writer_(std::move(writer)) {}
  Result<std::size_t> weave_next(Slot slot, const Block& samples, std::size_t begin, bool alone, bool newer);
  Result<> insert(Slot slot, const Block& samples, std::size_t begin, std::size_t end, bool alone);
  Result<> replace(const Chunk& chunk, const Block& samples, bool alone);

  ChunkTable table_;
  ChunkWriter writer_;
  Block chunk_;
};

}  // namespace oculus::store::sqlite
