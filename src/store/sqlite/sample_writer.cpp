#include "store/sqlite/sample_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>
#include <utility>

#include "model/series.hpp"

namespace oculus::store::sqlite {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kInsertBatch = R"sql(
  INSERT INTO journal (id, batch) VALUES (?1, ?2)
)sql";
constexpr std::string_view kDeleteBatches = R"sql(
  DELETE FROM journal WHERE id <= ?1
)sql";
constexpr std::string_view kSetSealedRow = R"sql(
  UPDATE journal_state SET sealed = ?1
)sql";

constexpr auto kPatience = 5s;  // after a seal that failed
constexpr std::size_t kChunksOfSlice = 64;

}  // namespace

Result<std::unique_ptr<SampleWriter>> SampleWriter::prepare(Connection& db, const SharedState& shared,
                                                            SealLimits limits) {
  auto source = SampleSource::prepare(db, shared);
  if (!source) return std::unexpected(source.error());
  auto sealer = Sealer::prepare(db);
  if (!sealer) return std::unexpected(sealer.error());
  auto statements = db.prepare_all(std::array{kInsertBatch, kDeleteBatches, kSetSealedRow});
  if (!statements) return std::unexpected(statements.error());
  return std::unique_ptr<SampleWriter>(
      new SampleWriter(std::move(*source), std::move(*sealer), std::move(*statements), shared, limits));
}

Result<> SampleWriter::enter() {
  const auto span = source_->span_on_disk();
  if (!span) return std::unexpected(span.error());
  if (span_ == *span) return {};
  return replay(*span);
}

Result<> SampleWriter::replay(JournalSpan span) {
  Head& head = *shared_.head;
  head.restart(span.sealed);
  span_.reset();
  if (auto done = source_->replay_into(head, span); !done) return done;
  span_ = span;
  looked_up_.reset();
  oldest_at_ = head.samples() == 0 ? std::numeric_limits<std::int64_t>::max() : kNever;  // not known: as old as can be
  began_ = head.samples() == 0 ? Deadline::max() : Clock::now();
  return {};
}

Result<bool> SampleWriter::put(Slot slot, const codec::RawSample& sample) {
  Head& head = *shared_.head;
  if (!head.knows(slot)) {
    const auto end = chunks().end(slot);
    if (!end) return std::unexpected(end.error());
    head.introduce(slot, *end);
  }
  bool replaces = false;
  if (sample.at <= head.newest_at(slot)) {
    const auto there = is_there(slot, sample.at);
    if (!there) return there;
    replaces = *there;
  }
  head.encode(slot, sample);
  oldest_at_ = std::min(oldest_at_, sample.at);
  return replaces;
}

// Late samples are rare, or many in order: the last chunk looked up serves again.
Result<bool> SampleWriter::is_there(Slot slot, std::int64_t at) {
  if (shared_.head->holds(slot, at)) return true;
  if (!looked_up_ || looked_up_->slot != slot || at < looked_up_->first || at > looked_up_->last) {
    looked_up_.reset();
    const auto chunk = chunks().at_or_before(slot, at);
    if (!chunk) return std::unexpected(chunk.error());
    if (!*chunk || (*chunk)->last < at) return false;
    Block block;
    const auto whole = source_->load(**chunk, block);
    if (!whole) return whole;
    if (!*whole) return false;
    looked_up_ = **chunk;
    looked_up_times_ = std::move(block.frame.at);
  }
  return std::ranges::binary_search(looked_up_times_, at);
}

Result<> SampleWriter::write_batch() {
  Head& head = *shared_.head;
  if (head.batch_empty()) return {};
  const std::int64_t id = span_->newest + 1;
  if (auto done = statements_[kInsertRow].run(id, Blob{head.batch()}); !done) return done;
  head.publish(id);  // before the commit: whoever sees the row finds its samples
  return {};
}

void SampleWriter::committed() noexcept {
  Head& head = *shared_.head;
  if (head.batch_empty()) return;
  head.settle();
  ++span_->newest;
  if (began_ == Deadline::max()) began_ = Clock::now();
}

void SampleWriter::rolled_back() { shared_.head->withdraw(); }

bool SampleWriter::seal_is_due(Deadline now) const noexcept {
  const Head& head = *shared_.head;
  if (!span_ || head.samples() == 0 || now < seal_again_at_) return false;
  const std::size_t enough =
      std::clamp(limits_.samples_of_series * head.series(), limits_.least_samples, limits_.most_samples);
  return head.samples() >= enough || (now > began_ && now - began_ >= limits_.longest);
}

Result<> SampleWriter::seal() {
  const auto series = catalog().find({});
  if (!series) return std::unexpected(series.error());
  std::unordered_map<Slot, std::int64_t> collectors;
  for (const CatalogSeries& one : *series)
    collectors[one.slot] = to_signed(Series{one.category, one.name, one.target, {}, {}, {}, {}, {}}.id());
  if (auto done = sealer_.seal(*shared_.head, [&](Slot slot) { return collectors[slot]; }); !done) return done;
  if (auto done = statements_[kDeleteRows].run(span_->newest); !done) return done;
  return statements_[kSetSealed].run(span_->newest);
}

void SampleWriter::sealed() noexcept {
  shared_.head->cut();
  span_->sealed = span_->newest;
  oldest_at_ = std::numeric_limits<std::int64_t>::max();
  began_ = Deadline::max();
  seal_again_at_ = {};
  looked_up_.reset();
}

void SampleWriter::sealing_failed(Deadline now, const Error& reason) {
  seal_again_at_ = now + kPatience;
  if (reason.kind != ErrorKind::unavailable) shared_.damage->report(fmt::format("the journal: {}", reason.text()));
}

Result<SampleWriter::Removal> SampleWriter::remove_before(Slot slot, std::int64_t cutoff) {
  return remove(slot, cutoff, false);
}
Result<SampleWriter::Removal> SampleWriter::remove_chunks_before(Slot slot, std::int64_t cutoff) {
  return remove(slot, cutoff, true);
}

Result<SampleWriter::Removal> SampleWriter::remove(Slot slot, std::int64_t cutoff, bool whole_chunks) {
  if (cutoff == kNever) return Removal{};
  Removal removal;
  std::vector<Chunk> old;
  auto found = chunks().each(slot, kNever, cutoff - 1, [&](const Chunk& chunk) {
    removal.done = old.size() < kChunksOfSlice;
    if (removal.done) old.push_back(chunk);
    return removal.done;
  });
  if (!found) return std::unexpected(found.error());
  for (const Chunk& chunk : old) {
    if (chunk.last >= cutoff && whole_chunks) continue;
    const auto removed = sealer_.remove_before(chunk, cutoff);
    if (!removed) return std::unexpected(removed.error());
    removal.samples += *removed;
  }
  if (removal.samples > 0) {
    shared_.head->forget_newest(slot);
    looked_up_.reset();
  }
  return removal;
}

Result<bool> SampleWriter::has_samples(Slot slot) {
  if (shared_.head->holds_any(slot)) return true;
  const auto end = chunks().at_or_before(slot, std::numeric_limits<std::int64_t>::max());
  if (!end) return std::unexpected(end.error());
  return end->has_value();
}

}  // namespace oculus::store::sqlite
