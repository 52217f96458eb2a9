#include "store/sqlite/sealer.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace oculus::store::sqlite {
namespace {

// Samples in a chunk: as many as are wanted, as many as may be before it is split, and so few that what follows joins
// it rather than beginning another.
constexpr std::size_t kWanted = 512, kMost = 768, kFew = 256;
// So few samples in a gap between two chunks that they join the one before.
constexpr std::size_t kStray = 64;
static_assert(kMost <= codec::kMostSamples);

Block merge_under(const Block& there, const Block& samples, std::size_t begin, std::size_t end) {
  Block part;
  part.append(samples, begin, end);
  return merge(part, there, 0, there.size());
}

}  // namespace

Result<Sealer> Sealer::prepare(Connection& db) {
  auto table = ChunkTable::prepare(db);
  if (!table) return std::unexpected(table.error());
  auto writer = ChunkWriter::prepare(db);
  if (!writer) return std::unexpected(writer.error());
  return Sealer(std::move(*table), std::move(*writer));
}

Result<> Sealer::seal(const Head& head, const CollectorOf& collector_of) {
  std::vector<std::pair<std::int64_t, Slot>> order;
  for (const Slot slot : head.held()) order.emplace_back(collector_of(slot), slot);
  std::ranges::sort(order);

  Block samples;
  std::string code;
  const JournalSpan all = head.span();
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto [collector, slot] = order[i];
    const bool begins = i == 0 || order[i - 1].first != collector;
    const bool ends = i + 1 == order.size() || order[i + 1].first != collector;
    if (begins) writer_.end_of_collector();
    bool ordered = true;
    if (head.read(slot, all, code, ordered) != Head::Answer::exact)
      return failure(ErrorKind::internal, "BUG: the writer's head does not hold its own journal");
    samples.clear();
    if (!samples.append_coded(code)) return failure(ErrorKind::internal, "BUG: the head does not read what it wrote");
    if (!ordered) put_in_order(samples);
    if (auto done = weave(slot, samples, begins && ends); !done) return done;
  }
  writer_.end_of_collector();
  return {};
}

Result<> Sealer::weave(Slot slot, const Block& samples, bool alone, bool newer) {
  for (std::size_t next = 0; next < samples.size();) {
    const auto woven = weave_next(slot, samples, next, alone, newer);
    if (!woven) return std::unexpected(woven.error());
    next = *woven;
  }
  return {};
}

// Puts in the samples from `begin` that belong to one chunk, or to one gap between two, and tells where the rest
// begins.
Result<std::size_t> Sealer::weave_next(Slot slot, const Block& samples, std::size_t begin, bool alone, bool newer) {
  const std::int64_t at = samples.frame.at[begin];
  const auto before = table_.at_or_before(slot, at);
  if (!before) return std::unexpected(before.error());
  const bool within = *before && (*before)->last >= at;
  std::size_t end = samples.size();
  bool last = true;  // nothing lies behind the gap
  if (within) {
    end = samples.upper((*before)->last);
  } else {
    const auto after = table_.after(slot, at);
    if (!after) return std::unexpected(after.error());
    last = !*after;
    if (!last) end = samples.lower((*after)->first);
  }

  const std::size_t count = end - begin;
  const std::size_t there = *before ? (*before)->summary.count : 0;
  const bool joins = *before && there > 0 && there + count <= kMost && (there < kFew || (!last && count < kStray));
  Result<> done;
  if (within || joins) {
    const auto whole = table_.load(**before, chunk_);
    if (!whole) return std::unexpected(whole.error());
    // Of a damaged chunk nothing can be kept, but it is not ours to throw away unless a sample must have its place.
    if (!*whole) chunk_.clear();
    if (*whole || within)
      done = replace(**before, newer ? merge(chunk_, samples, begin, end) : merge_under(chunk_, samples, begin, end),
                     alone);
    else
      done = insert(slot, samples, begin, end, alone);
  } else {
    done = insert(slot, samples, begin, end, alone);
  }
  if (!done) return std::unexpected(done.error());
  return end;
}

Result<std::uint64_t> Sealer::remove_before(const Chunk& chunk, std::int64_t cutoff) {
  std::uint64_t removed = chunk.summary.count;
  if (chunk.last >= cutoff) {
    const auto whole = table_.load(chunk, chunk_);
    if (!whole) return std::unexpected(whole.error());
    if (!*whole) return 0;  // which of its samples are old nobody can tell
    removed = chunk_.lower(cutoff);
  }
  if (auto done = writer_.remove(chunk); !done) return std::unexpected(done.error());
  if (chunk.last < cutoff) return removed;
  if (auto done = insert(chunk.slot, chunk_, removed, chunk_.size(), true); !done) return std::unexpected(done.error());
  return removed;
}

Result<> Sealer::replace(const Chunk& chunk, const Block& samples, bool alone) {
  if (auto done = writer_.remove(chunk); !done) return done;
  return insert(chunk.slot, samples, 0, samples.size(), alone);
}

Result<> Sealer::insert(Slot slot, const Block& samples, std::size_t begin, std::size_t end, bool alone) {
  const std::size_t count = end - begin;
  const std::size_t chunks = count <= kMost ? 1 : (count + kWanted - 1) / kWanted;
  Block part;
  for (std::size_t i = 0; i < chunks; ++i) {
    part.clear();
    part.append(samples, begin + count * i / chunks, begin + count * (i + 1) / chunks);
    if (auto done = writer_.insert(slot, part, alone); !done) return done;
  }
  return {};
}

}  // namespace oculus::store::sqlite
