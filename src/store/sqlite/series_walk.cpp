#include "store/sqlite/series_walk.hpp"

namespace oculus::store::sqlite {
namespace {

void visit(const Block& block, TimeRange range, const Visitor& visitor) {
  const std::size_t begin = block.lower(range.from), end = block.upper(range.through);
  if (begin < end) visitor.block(block, begin, end);
}

}  // namespace

Result<> walk(SampleSource& source, Slot slot, TimeRange range, const Visitor& visitor) {
  if (range.empty()) return {};
  Block unsealed;
  if (auto done = source.unsealed(slot, range.from, range.through, unsealed); !done) return done;
  std::size_t rest = unsealed.lower(range.from);
  const std::size_t end = unsealed.upper(range.through);

  Block block;
  Result<> trouble;
  auto walked = source.chunks().each(slot, range.from, range.through, [&](const Chunk& chunk) {
    std::size_t late = rest;
    while (late < end && unsealed.frame.at[late] <= chunk.last) ++late;
    const bool whole = chunk.first >= range.from && chunk.last <= range.through && chunk.summary.count > 0;
    if (late == rest && whole && visitor.chunk(chunk)) return true;
    const auto loaded = source.load(chunk, block);
    if (!loaded) {
      trouble = std::unexpected(loaded.error());
      return false;
    }
    if (!*loaded) block.clear();
    if (late > rest) block = merge(block, unsealed, rest, late);
    rest = late;
    visit(block, range, visitor);
    return true;
  });
  if (!walked) return walked;
  if (!trouble) return trouble;
  if (rest < end) visitor.block(unsealed, rest, end);
  return {};
}

}  // namespace oculus::store::sqlite
