// What the writer can be asked to do. Plain values; made on any thread, handled on the writer thread.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/event.hpp"
#include "model/retention.hpp"
#include "model/sample.hpp"
#include "model/series.hpp"

namespace oculus::store {

/// Called once, on the writer thread, when what it belongs to is committed, or with the reason why it is not.
using Answer = std::function<void(Result<>)>;
/// An empty answer is one that nobody waits for.
void tell(const Answer& answer, const Result<>& outcome);

/// Declares a series. Refreshes what describes it, revives it if it was retired, and retires another current series of
/// the same symbol in the same transaction.
struct UpsertSeries {
  Series series;
};
/// Its collector is gone or changed target; the series keeps its symbol and samples.
struct RetireSeries {
  SeriesId series;
};
struct InsertValue {
  Sample sample;
};
/// Values that belong together, such as a round: they share a transaction. Where `committed` is set somebody waits, and
/// the transaction closes as soon as the queue is empty; what had to be set aside is told by events, not here.
struct InsertValues {
  std::vector<Sample> samples;
  Answer committed = {};
};
struct InsertEvent {
  Event event;
};

/// A row of `collectors`.
struct CollectorRow {
  std::int64_t id = 0;  // 0 before it is stored
  std::string type, name;
  std::string source = "api";  // `config` or `api`
  bool enabled = true;
  std::string group = "default";
  std::string config = "{}";  // JSON, as written, before `${}` is expanded
  TimePoint created_at{}, updated_at{};
};
/// Inserts the row, or replaces source, enabled, group and config of the one with its type
/// and name. Conflict when `must_be_new` and it exists, NotFound when `must_exist` and it does not.
struct PutCollector {
  CollectorRow row;
  bool must_be_new = false;
  Answer answer = {};
  bool must_exist = false;
};
struct DeleteCollector {
  std::string type, name;
  Answer answer = {};
};

/// Deletes values with `ts < now - keep`; `keep` of zero deletes all before now, what is buffered goes in first; a
/// cut-off that underflows deletes nothing. In slices, so that writing goes on between them.
struct CleanupValues {
  std::chrono::microseconds keep;
  Answer answer = {};

  /// A length in days that saturates instead of overflowing.
  static std::chrono::microseconds days(std::uint64_t retention_days) noexcept;
};
/// Deletes the values that a retention no longer keeps; those that lie packed with younger ones may stay until these
/// are old. A retention asked for while one is at work takes its place.
struct ApplyRetention {
  Retention retention;
  Answer answer = {};
};
struct CleanupEvents {
  std::chrono::microseconds keep;
  Answer answer = {};
};

/// Answered when everything before it is committed, deletions included.
struct Flush {
  Answer answer;
};
/// Answered when everything before it is committed; nothing is accepted after it. Deletions are cut short: the next
/// start asks for them again.
struct Shutdown {
  Answer answer;
};

using Command = std::variant<UpsertSeries, RetireSeries, InsertValue, InsertValues, InsertEvent, PutCollector,
                             DeleteCollector, CleanupValues, ApplyRetention, CleanupEvents, Flush, Shutdown>;

/// How many places it takes in the queue: its values; 1 for rows of other kinds; 0 for what only asks.
std::size_t weight(const Command& command) noexcept;

}  // namespace oculus::store
