// Oculus' storage as a library: one writer thread, a few readers, one file.
//
//   auto storage = oculus::StorageBuilder("sqlite:data.db").batch_size(500).build();
//   if (!storage) return fail(storage.error().text());
//   oculus::StorageWriter writer = storage->writer();
//   writer.upsert_series(series);
//   writer.insert_value({.series = series.id(), .at = oculus::now(), .value = 12.5});
//
// Handles are cheap to copy and share the database; when the last of them goes out of scope, what was accepted is
// written and the file is closed. Every call may come from any thread; calls that wait say so.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "model/event.hpp"
#include "model/sample.hpp"
#include "model/series.hpp"
#include "store/command.hpp"
#include "store/query.hpp"

namespace oculus {

namespace store {
struct Database;
}

/// What an operation of the storage answers where it fails. Of these kinds, no others: `database` (it refuses or
/// fails), `queue_full`, `queue_closed` (after shutdown), `json` (text that should be a JSON object is not),
/// `invalid_data` (a row, filter, statement or setting that cannot be), `migration` (the file is of another version, or
/// not ours) and `internal` (a mistake of ours, or no thread or memory to be had).
using StorageError = Error;
template <class T = void>
using StorageResult = std::expected<T, StorageError>;

using store::CategoryStats;
using store::Cell;
using store::CollectorRow;
using store::EventFilter;
using store::EventRow;
using store::LatestFilter;
using store::LatestRow;
using store::MetricFilter;
using store::MetricRow;
using store::Order;
using store::Page;
using store::Point;
using store::PointsQuery;
using store::SeriesRow;
using store::SqlQuery;
using store::SqlTable;
using store::StorageFacts;

/// Puts rows into the queue. A call without `try_` waits for room in the queue; none waits for the disk unless it says
/// so. What a series' values need is its upsert before them.
class StorageWriter {
 public:
  StorageResult<> upsert_series(const Series& series);
  StorageResult<> retire_series(SeriesId series);

  StorageResult<> insert_value(Sample sample);
  /// `queue_full` instead of waiting.
  StorageResult<> try_insert_value(Sample sample);
  /// Values that share a transaction; waits until it is committed.
  StorageResult<> insert_values(std::vector<Sample> samples);

  /// `json` when the payload is not a JSON object.
  StorageResult<> insert_event(Event event);
  StorageResult<> try_insert_event(Event event);

  /// Waits until everything before it is committed.
  StorageResult<> flush();

 private:
  friend class Storage;
  explicit StorageWriter(std::shared_ptr<store::Database> database) : database_(std::move(database)) {}
  std::shared_ptr<store::Database> database_;
};

/// Samples and series as they were at one moment.
class MetricReader {
 public:
  StorageResult<Page<MetricRow>> metrics(const MetricFilter& filter = {}) const;
  StorageResult<std::vector<LatestRow>> latest(const LatestFilter& filter = {}) const;
  StorageResult<std::vector<Point>> points(const PointsQuery& query) const;
  StorageResult<std::vector<CategoryStats>> stats(std::optional<TimePoint> from = {},
                                                  std::optional<TimePoint> to = {}) const;

 private:
  friend class Storage;
  explicit MetricReader(std::shared_ptr<store::Database> database) : database_(std::move(database)) {}
  std::shared_ptr<store::Database> database_;
};

class EventReader {
 public:
  StorageResult<Page<EventRow>> events(const EventFilter& filter = {}) const;

 private:
  friend class Storage;
  explicit EventReader(std::shared_ptr<store::Database> database) : database_(std::move(database)) {}
  std::shared_ptr<store::Database> database_;
};

/// The table of collectors, one row for each type and name. Changes wait until they are committed.
class CollectorStore {
 public:
  /// The row as stored; `invalid_data` when there is one of its type and name, `json` when its config is no JSON
  /// object.
  StorageResult<CollectorRow> create(CollectorRow row);
  /// The row as stored; `invalid_data` when there is none.
  StorageResult<CollectorRow> update(CollectorRow row);
  /// `invalid_data` when there is none.
  StorageResult<> remove(const std::string& type, const std::string& name);
  StorageResult<std::optional<CollectorRow>> get(const std::string& type, const std::string& name) const;
  StorageResult<std::vector<CollectorRow>> list() const;

 private:
  friend class Storage;
  explicit CollectorStore(std::shared_ptr<store::Database> database) : database_(std::move(database)) {}
  StorageResult<CollectorRow> put(CollectorRow wish, bool is_new);
  std::shared_ptr<store::Database> database_;
};

/// One read-only statement over the public relations, with limits: it cannot write, nor read what is not public.
class SqlReader {
 public:
  StorageResult<SqlTable> query(std::string sql, std::vector<Cell> parameters = {}) const;
  StorageResult<SqlTable> query(const SqlQuery& query) const;

 private:
  friend class Storage;
  explicit SqlReader(std::shared_ptr<store::Database> database) : database_(std::move(database)) {}
  std::shared_ptr<store::Database> database_;
};

class StorageAdmin {
 public:
  /// Deletes values (events) older than so many days, all of them with 0; what is buffered goes in first. Waits until
  /// it is done.
  StorageResult<> cleanup_values(std::uint64_t retention_days);
  StorageResult<> cleanup_events(std::uint64_t retention_days);
  StorageResult<StorageFacts> facts() const;
  /// Reads the whole database; `database` with the first fault found.
  StorageResult<> integrity_check() const;
  /// Why the database cannot be written to now; empty when it can.
  [[nodiscard]] std::string trouble() const;

  StorageResult<> flush();
  /// Accepts nothing more and waits until what was accepted is written; `database` with the number of rows given up
  /// when that takes longer than `patience`.
  StorageResult<> shutdown(std::chrono::milliseconds patience = std::chrono::seconds(15));

 private:
  friend class Storage;
  explicit StorageAdmin(std::shared_ptr<store::Database> database) : database_(std::move(database)) {}
  std::shared_ptr<store::Database> database_;
};

/// An open database, for as long as this object or any handle of it lives.
class Storage {
 public:
  [[nodiscard]] StorageWriter writer() const { return StorageWriter(database_); }
  [[nodiscard]] MetricReader metrics() const { return MetricReader(database_); }
  [[nodiscard]] EventReader events() const { return EventReader(database_); }
  [[nodiscard]] CollectorStore collectors() const { return CollectorStore(database_); }
  [[nodiscard]] SqlReader sql() const { return SqlReader(database_); }
  [[nodiscard]] StorageAdmin admin() const { return StorageAdmin(database_); }

  /// For the other parts of the library.
  [[nodiscard]] const std::shared_ptr<store::Database>& database() const noexcept { return database_; }

 private:
  friend class StorageBuilder;
  explicit Storage(std::shared_ptr<store::Database> database) : database_(std::move(database)) {}
  std::shared_ptr<store::Database> database_;
};

class StorageBuilder {
 public:
  /// `sqlite:PATH`, `sqlite:PATH?mode=rwc|rw|ro` (rwc makes the file where there is none), `sqlite::memory:`, or a
  /// path.
  explicit StorageBuilder(std::string url) : url_(std::move(url)) {}

  /// Values accepted and not yet committed, at most; 10,000.
  StorageBuilder& channel_capacity(std::size_t values);
  /// Values in a transaction; 500.
  StorageBuilder& batch_size(std::size_t values);
  /// How long a value waits for others to share its transaction; 1 s.
  StorageBuilder& batch_flush_interval(std::chrono::microseconds interval);
  /// Threads that answer queries, and threads for raw SQL; 2 and 2.
  StorageBuilder& reader_threads(std::size_t threads);
  StorageBuilder& sql_threads(std::size_t threads);
  /// Commits survive a power cut too, at the price of a disk flush each; off.
  StorageBuilder& full_synchronous(bool on);

  [[nodiscard]] StorageResult<Storage> build() const;

 private:
  std::string url_;
  std::size_t channel_capacity_ = 10'000, batch_size_ = 500, reader_threads_ = 2, sql_threads_ = 2;
  std::chrono::microseconds batch_flush_interval_ = std::chrono::seconds(1);
  bool full_synchronous_ = false;
};

}  // namespace oculus
