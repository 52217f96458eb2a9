// The way of samples to the disk: into the journal with each transaction, and from there, now and then, into chunks.
// The writer thread; every function but the constructor's within a transaction unless it says otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "model/time.hpp"
#include "store/database.hpp"
#include "store/sqlite/sample_source.hpp"
#include "store/sqlite/sealer.hpp"

namespace oculus::store::sqlite {

class SampleWriter {
 public:
  /// `shared.head` becomes the head of this database, for all readers of the process.
  static Result<std::unique_ptr<SampleWriter>> prepare(Connection& db, const SharedState& shared, SealLimits limits);

  /// At the begin of each transaction: reads what the journal holds, at the start and when another process wrote to it.
  Result<> enter();
  /// Adds a sample to the transaction; true when it replaces one of the same series and time.
  Result<bool> put(Slot slot, const codec::RawSample& sample);
  /// Puts what was added into the journal; the transaction commits next.
  Result<> write_batch();
  /// After the commit, outside of transactions.
  void committed() noexcept;
  /// After a rollback, outside of transactions; also when nothing was added.
  void rolled_back();

  /// Outside of transactions: is there so much, or is it so old, that it should go into chunks?
  [[nodiscard]] bool seal_is_due(Deadline now) const noexcept;
  /// Puts all that the journal holds into chunks; sealed() follows when that is committed.
  Result<> seal();
  void sealed() noexcept;
  /// The journal could not be sealed: not again before a while is over.
  void sealing_failed(Deadline now, const Error& reason);

  /// Does the journal hold samples from before this? They are to be sealed before they can be deleted.
  [[nodiscard]] bool holds_before(std::int64_t at) const noexcept { return oldest_at_ < at; }
  struct Removal {
    std::uint64_t samples = 0;
    bool done = true;
  };
  /// Removes the samples of one series from before `cutoff`, out of some chunks at most.
  Result<Removal> remove_before(Slot slot, std::int64_t cutoff);
  /// The same, but leaves those that share a chunk with younger ones.
  Result<Removal> remove_chunks_before(Slot slot, std::int64_t cutoff);
  Result<bool> has_samples(Slot slot);

  /// Puts samples of an older layout into chunks; what is there already stays.
  Result<> add_old(Slot slot, const Block& samples) { return sealer_.weave(slot, samples, true, false); }
  [[nodiscard]] ChunkTable& chunks() noexcept { return source_->chunks(); }
  [[nodiscard]] SeriesCatalog& catalog() noexcept { return source_->catalog(); }

 private:
  enum : std::size_t { kInsertRow, kDeleteRows, kSetSealed };
  SampleWriter(std::unique_ptr<SampleSource> source, Sealer sealer, std::vector<Statement> statements,
               const SharedState& shared, SealLimits limits)
      : source_(std::move(source)),
        sealer_(std::move(sealer)),
        statements_(std::move(statements)),
        shared_(shared),
        limits_(limits) {}
  Result<> replay(JournalSpan span);
  Result<bool> is_there(Slot slot, std::int64_t at);
  Result<Removal> remove(Slot slot, std::int64_t cutoff, bool whole_chunks);

  std::unique_ptr<SampleSource> source_;
  Sealer sealer_;
  std::vector<Statement> statements_;
  SharedState shared_;
  SealLimits limits_;
  std::optional<JournalSpan> span_;                                    // as committed; empty: not read yet
  std::int64_t oldest_at_ = std::numeric_limits<std::int64_t>::max();  // of the samples in the journal
  Deadline began_ = Deadline::max();                                   // when the first of them came
  Deadline seal_again_at_ = {};
  // The chunk that late samples were last looked up in.
  std::optional<Chunk> looked_up_;
  std::vector<std::int64_t> looked_up_times_;
};

}  // namespace oculus::store::sqlite
