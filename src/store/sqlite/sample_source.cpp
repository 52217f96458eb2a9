#include "store/sqlite/sample_source.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace oculus::store::sqlite {
namespace {

constexpr std::string_view kReadSpan = R"sql(
  SELECT sealed, has_old_rows FROM journal_state
)sql";
constexpr std::string_view kReadNewestRow = R"sql(
  SELECT max(id) FROM journal
)sql";
constexpr std::string_view kReadRows = R"sql(
  SELECT id, batch FROM journal WHERE id > ?1 AND id <= ?2 ORDER BY id
)sql";
// Of the layout before chunks; there until it is converted.
constexpr std::string_view kReadOldRows = R"sql(
  SELECT v.ts, v.value, v.success, v.duration_us, v.tags
  FROM series_slots s JOIN value_rows v ON v.series_id = s.series_id
  WHERE s.slot = ?1 AND v.ts >= ?2 AND v.ts <= ?3 ORDER BY v.ts
)sql";

}  // namespace

codec::RawSample sample_of_old_row(const Statement& row) {
  const auto value = row.maybe_real(1);
  return {row.integer(0),
          value.value_or(0),
          value.has_value(),
          row.integer(2) != 0,
          row.is_null(3) ? codec::kNoDuration : row.integer(3),
          row.is_null(4) ? std::string_view() : row.blob(4)};
}

Result<std::unique_ptr<SampleSource>> SampleSource::prepare(Connection& db, SharedState shared) {
  auto catalog = SeriesCatalog::prepare(db);
  if (!catalog) return std::unexpected(catalog.error());
  auto chunks = ChunkTable::prepare(db);
  if (!chunks) return std::unexpected(chunks.error());
  auto statements = db.prepare_all(std::array{kReadSpan, kReadNewestRow, kReadRows});
  if (!statements) return std::unexpected(statements.error());
  const auto has_old_rows = db.ask("SELECT has_old_rows FROM journal_state");
  if (!has_old_rows) return std::unexpected(has_old_rows.error());
  if (*has_old_rows != 0) {
    auto old_rows = db.prepare(kReadOldRows);
    if (!old_rows) return std::unexpected(old_rows.error());
    statements->push_back(std::move(*old_rows));
  }
  return std::unique_ptr<SampleSource>(
      new SampleSource(std::move(*catalog), std::move(*chunks), std::move(*statements), std::move(shared)));
}

Result<JournalSpan> SampleSource::span_on_disk() {
  Statement& state = statements_[kSpan];
  if (const auto row = state.step(); !row) return std::unexpected(row.error());
  JournalSpan span{state.integer(0), state.integer(0)};
  has_old_rows_ = state.integer(1) != 0 && statements_.size() > kOldRows;
  state.reset();

  Statement& newest = statements_[kNewestRow];
  if (const auto row = newest.step(); !row) return std::unexpected(row.error());
  if (!newest.is_null(0)) span.newest = newest.integer(0);
  newest.reset();
  return span;
}

Result<> SampleSource::enter() {
  const auto snapshot = span_on_disk();
  if (!snapshot) return std::unexpected(snapshot.error());
  snapshot_ = *snapshot;
  head_ = shared_.head.get();
  if (head_ == nullptr || !head_->covers(snapshot_)) return replay_own();
  return {};
}

// The journal as this snapshot holds it, continued where the last one ended if nothing was sealed since.
Result<> SampleSource::replay_own() {
  if (own_ == nullptr) own_ = std::make_unique<Head>(snapshot_.sealed);
  head_ = own_.get();
  if (own_->span() == snapshot_) return {};
  if (own_->span().sealed != snapshot_.sealed || own_->span().newest > snapshot_.newest)
    own_->restart(snapshot_.sealed);
  auto done = replay_into(*own_, snapshot_);
  if (!done) own_.reset();  // begun anew next time
  return done;
}

Result<> SampleSource::replay_into(Head& head, JournalSpan span) {
  Result<> trouble;
  const auto chunks_end = [&](Slot slot) {
    const auto end = chunks_.end(slot);
    if (!end) trouble = std::unexpected(end.error());
    return end.value_or(kNever);
  };
  Statement& rows = statements_[kRows];
  rows.bind_all(head.span().newest, span.newest);
  for (;;) {
    const auto more = rows.step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    if (!head.replay(rows.integer(0), rows.blob(1), chunks_end))
      shared_.damage->report(fmt::format("row {} of the journal", rows.integer(0)));
    if (trouble) continue;
    rows.reset();
    return trouble;
  }
}

Result<bool> SampleSource::load(const Chunk& chunk, Block& block) {
  auto whole = chunks_.load(chunk, block);
  if (whole && !*whole)
    shared_.damage->report(fmt::format("the chunk of series {} that begins at {} and holds {} samples",
                                       static_cast<std::uint32_t>(chunk.slot), to_rfc3339(from_us(chunk.first)),
                                       chunk.summary.count));
  return whole;
}

Result<> SampleSource::unsealed(Slot slot, std::int64_t from, std::int64_t through, Block& block) {
  block.clear();
  bool ordered = true;
  if (head_->read(slot, snapshot_, code_, ordered) != Head::Answer::exact) {
    if (auto done = replay_own(); !done) return done;
    (void)head_->read(slot, snapshot_, code_, ordered);  // our own head answers for its own snapshot
  }
  if (has_old_rows_)
    if (auto done = add_old_rows(slot, from, through, block); !done) return done;
  ordered = ordered && block.empty();
  if (!block.append_coded(code_))
    shared_.damage->report(fmt::format("the journal of series {}", static_cast<std::uint32_t>(slot)));
  if (!ordered) put_in_order(block);
  return {};
}

Result<> SampleSource::add_old_rows(Slot slot, std::int64_t from, std::int64_t through, Block& block) {
  Statement& rows = statements_[kOldRows];
  rows.bind_all(static_cast<std::int64_t>(slot), from, through);
  for (;;) {
    const auto more = rows.step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    block.append(sample_of_old_row(rows));
  }
}

bool SampleSource::known_newest(Slot slot, KeptSample& kept) const {
  return !has_old_rows_ && head_->newest(slot, snapshot_, kept) == Head::Answer::exact;
}

}  // namespace oculus::store::sqlite
