// What the journal holds, in memory and by series: the index to a journal that is written in order of arrival. The
// journal is the truth; a head is made from it by replay() and never asked for more than it holds.
//
// One thread owns a head and changes it: the writer, or a reader of another process that keeps its own. Any thread may
// call the functions of the last group.
//  [H1] Whoever reads says which rows of the journal its snapshot holds, and gets exactly the samples of those rows.
//  [H2] A head that cannot say exactly that says so, and the reader replays the journal of its snapshot.
//  [H3] A damaged row of the journal costs its samples and those up to the next key row, no more.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "store/codec/sample_code.hpp"

namespace oculus::store::sqlite {

/// The number of a series in this file; counts from 1 and is never used again.
enum class Slot : std::uint32_t {};

/// The rows of the journal that a snapshot holds: those after `sealed` up to `newest`. What came before is in chunks.
struct JournalSpan {
  std::int64_t sealed = 0, newest = 0;

  bool operator==(const JournalSpan&) const = default;
};

/// A sample that owns its tags.
struct KeptSample {
  codec::RawSample sample;  // without tags
  std::string tags;
};

class Head {
 public:
  /// The time of the last sample in the chunks of a series; the least number when there is none.
  using ChunksEnd = std::function<std::int64_t(Slot)>;

  explicit Head(std::int64_t sealed) : span_{sealed, sealed} {}
  Head(const Head&) = delete;
  Head& operator=(const Head&) = delete;

  // --- The owner's thread. A batch is what one transaction adds: encode, publish before the commit, then settle or
  // withdraw.

  /// Tells where the chunks of a series end; to be called before its first sample.
  void introduce(Slot slot, std::int64_t chunks_end);
  [[nodiscard]] bool knows(Slot slot) const noexcept;
  /// The newest time of the series, in chunks, head or the batch; the least number when there is none.
  [[nodiscard]] std::int64_t newest_at(Slot slot) const noexcept { return coders_[index(slot)].newest_at; }

  /// Codes the sample at the end of the batch. The series was introduced.
  void encode(Slot slot, const codec::RawSample& sample);
  [[nodiscard]] bool batch_empty() const noexcept { return additions_.empty(); }
  /// The batch, complete, as a row of the journal holds it.
  [[nodiscard]] std::string_view batch();
  /// The batch will be the row `id` of the journal: snapshots that hold that row see it from now on.
  void publish(std::int64_t id);
  /// It is committed.
  void settle();
  /// It is not: all is as it was before the batch.
  void withdraw();

  /// Takes over a row of the journal, in the order of their ids. False: it is damaged, or stands behind a damaged one
  /// and before the next key row; nothing of it is taken.
  bool replay(std::int64_t id, std::string_view batch, const ChunksEnd& chunks_end);
  /// All that was published is in chunks now. What was known as newest stays known.
  void cut();
  /// As new, with nothing in it.
  void restart(std::int64_t sealed);
  /// The newest sample of the series may have been deleted.
  void forget_newest(Slot slot);

  /// Is a sample of that series and time in the head or the batch?
  [[nodiscard]] bool holds(Slot slot, std::int64_t at);
  [[nodiscard]] bool holds_any(Slot slot) const;
  /// The slots that hold samples, ascending.
  [[nodiscard]] std::vector<Slot> held() const;
  [[nodiscard]] std::size_t samples() const noexcept { return samples_; }
  /// How many series hold samples.
  [[nodiscard]] std::size_t series() const noexcept { return series_; }

  // --- Any thread.

  [[nodiscard]] JournalSpan span() const;
  /// Can it answer for the snapshot at all? Single series may still be beyond it.
  [[nodiscard]] bool covers(JournalSpan snapshot) const;

  enum class Answer { exact, beyond };
  /// The code of the series' samples in the snapshot, in order of arrival; sets `ordered` when their times ascend.
  Answer read(Slot slot, JournalSpan snapshot, std::string& code, bool& ordered) const;
  /// The newest sample of the series, in chunks or head; `beyond` also when it is not known.
  Answer newest(Slot slot, JournalSpan snapshot, KeptSample& sample) const;

 private:
  static constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  static std::size_t index(Slot slot) noexcept { return static_cast<std::size_t>(slot); }

  // How far a series had come with a row of the journal. A few suffice: snapshots are short.
  struct Mark {
    std::int64_t id = 0;
    std::uint32_t bytes = 0;
  };
  struct Newest {
    KeptSample kept;
    std::int64_t id = 0;
    bool known = false;
  };
  struct HeldState {
    std::array<Mark, 4> marks{};  // the newest first
    bool ordered = true;
    Newest newest;
  };
  struct Held {
    std::string code;
    HeldState state;
  };
  // The owner's alone.
  struct Coder {
    codec::SampleState state;
    std::int64_t newest_at = kLeast;
    std::int64_t last_at = kLeast;  // of the last sample in the head
    std::uint64_t epoch = 0;        // of the state
    bool known = false;
  };
  // A series in the batch: what it was before, and what the batch adds to it.
  struct Touched {
    Slot slot;
    Coder coder_before;
    bool ordered = true;
    std::optional<KeptSample> newest = {};
    HeldState held_before = {};  // from publish on
    std::size_t bytes_before = 0;
  };
  struct Addition {
    std::size_t touched;     // whose
    std::size_t begin, end;  // of its code in the batch
  };

  std::size_t touch(Slot slot);
  void add(std::size_t place, const codec::RawSample& sample, std::size_t begin, std::size_t end);
  bool take_samples(const ChunksEnd& chunks_end);
  void begin_batch();
  void clear_batch();
  static void append(std::string& code, std::string_view more);

  std::vector<Coder> coders_;               // by slot
  std::vector<std::size_t> touched_index_;  // by slot: its place in touched_, counted from 1
  std::string batch_;
  std::int64_t last_slot_ = 0;
  // A key row begins an epoch: each series restarts with its first sample in it.
  std::uint64_t epoch_ = 0;
  std::size_t rows_of_epoch_ = 0;
  bool key_is_due_ = true;
  bool skipping_ = false;  // replay met damage and waits for a key row
  std::vector<Addition> additions_;
  std::vector<Touched> touched_;
  bool published_ = false;
  std::size_t samples_ = 0, series_ = 0;
  // The times of series that late samples came for, so that each is looked up in one step.
  std::unordered_map<Slot, std::unordered_set<std::int64_t>> late_times_;

  mutable std::shared_mutex mutex_;  // guards what stands below
  std::vector<Held> held_;           // by slot
  JournalSpan span_;
};

}  // namespace oculus::store::sqlite
