// Passes through the samples of one series in the largest pieces that serve: a whole chunk by its summary where that is
// enough, a block of samples elsewhere. One connection's, within one transaction; its thread.
#pragma once

#include <functional>

#include "store/sqlite/sample_source.hpp"
#include "store/sqlite/series_cursor.hpp"

namespace oculus::store::sqlite {

struct Visitor {
  /// True: the summary of the chunk, which lies within the range whole, was all that is needed of it.
  std::function<bool(const Chunk& chunk)> chunk;
  /// The samples [begin, end) of the block lie within the range; never empty.
  std::function<void(const Block& block, std::size_t begin, std::size_t end)> block;
};

/// In order of time.
Result<> walk(SampleSource& source, Slot slot, TimeRange range, const Visitor& visitor);

}  // namespace oculus::store::sqlite
