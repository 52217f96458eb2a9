// The read side of SQLite: one read-only connection with its statements. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/reader.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/sample_source.hpp"

namespace oculus::store::sqlite {

class SqliteReader final : public Reader {
 public:
  /// Opened on first use, and again after an error of the database, so that a reader outlives trouble. Where the disk
  /// has no room for the log's index it reads the bare file: history stays in view.
  SqliteReader(std::string path, SharedState shared) : path_(std::move(path)), shared_(std::move(shared)) {}

  Result<Page<MetricRow>> metrics(const MetricFilter& filter) override;
  Result<std::vector<LatestRow>> latest(const LatestFilter& filter) override;
  Result<std::vector<Point>> points(const PointsQuery& query) override;
  Result<std::vector<CategoryStats>> stats(std::optional<TimePoint> from, std::optional<TimePoint> to) override;
  Result<Page<EventRow>> events(const EventFilter& filter) override;
  Result<std::vector<CollectorRow>> collectors() override;
  Result<StorageFacts> facts() override;
  Result<> ping() override;
  Result<> integrity() override;

 private:
  Result<> open();
  void close() noexcept;
  // Runs `work` in one snapshot of the database.
  template <class Work>
  auto read(Work work) -> decltype(work());
  Result<Statement*> prepared(const std::string& sql);
  Result<> add_latest(LatestRow& row, Slot slot, std::size_t recent);

  std::string path_;
  SharedState shared_;
  std::optional<Connection> db_;
  bool snapshot_ = false;                                  // of the bare file: anything better is tried first
  std::unordered_map<std::string, Statement> statements_;  // kept; after db_: finalized before it closes
  std::unique_ptr<SampleSource> samples_;
};

}  // namespace oculus::store::sqlite
