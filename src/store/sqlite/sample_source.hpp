// All that is needed to read samples through one connection: chunks, journal, head, and what an older layout left. One
// connection's; its thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "store/sqlite/block.hpp"
#include "store/sqlite/chunk_table.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/damage.hpp"
#include "store/sqlite/head.hpp"
#include "store/sqlite/series_catalog.hpp"

namespace oculus::store::sqlite {

/// What the connections of one process to one database share.
struct SharedState {
  std::shared_ptr<Head> head;  // the writer's; null in a process that only reads
  std::shared_ptr<Damage> damage = std::make_shared<Damage>();
};

/// A row `ts, value, success, duration_us, tags` of the first layout; its tags stand until the statement is stepped.
codec::RawSample sample_of_old_row(const Statement& row);

class SampleSource {
 public:
  /// Makes all statements, so that none is made under an authorizer.
  static Result<std::unique_ptr<SampleSource>> prepare(Connection& db, SharedState shared);

  /// Which rows of the journal the connection's transaction sees.
  Result<JournalSpan> span_on_disk();
  /// Brings `head` from where it stands to the end of `span`, out of the journal.
  Result<> replay_into(Head& head, JournalSpan span);

  /// Takes up the snapshot of the transaction that the connection is in; to be called in each before anything else.
  Result<> enter();

  [[nodiscard]] SeriesCatalog& catalog() noexcept { return catalog_; }
  [[nodiscard]] ChunkTable& chunks() noexcept { return chunks_; }
  /// False: damaged, and reported.
  Result<bool> load(const Chunk& chunk, Block& block);
  /// What is not yet in chunks, in order of time, within [from, through].
  Result<> unsealed(Slot slot, std::int64_t from, std::int64_t through, Block& block);
  /// The newest sample of the series, in `kept`; false when it is not known without looking for it.
  [[nodiscard]] bool known_newest(Slot slot, KeptSample& kept) const;

 private:
  enum : std::size_t { kSpan, kNewestRow, kRows, kOldRows };
  SampleSource(SeriesCatalog catalog, ChunkTable chunks, std::vector<Statement> statements, SharedState shared)
      : catalog_(std::move(catalog)),
        chunks_(std::move(chunks)),
        statements_(std::move(statements)),
        shared_(std::move(shared)) {}
  Result<> replay_own();
  Result<> add_old_rows(Slot slot, std::int64_t from, std::int64_t through, Block& block);

  SeriesCatalog catalog_;
  ChunkTable chunks_;
  std::vector<Statement> statements_;
  SharedState shared_;
  JournalSpan snapshot_;
  bool has_old_rows_ = false;
  std::unique_ptr<Head> own_;  // where the shared one does not serve
  const Head* head_ = nullptr;
  std::string code_;
};

}  // namespace oculus::store::sqlite
