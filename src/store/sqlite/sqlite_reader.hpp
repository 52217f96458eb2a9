// The read side of SQLite: one read-only connection with its statements. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "store/reader.hpp"
#include "store/sqlite/connection.hpp"

namespace oculus::store::sqlite {

class SqliteReader final : public Reader {
 public:
  /// Opened on first use, and again after an error of the database, so that a reader outlives trouble.
  explicit SqliteReader(std::string path) : path_(std::move(path)) {}

  Result<Page<MetricRow>> metrics(const MetricFilter& filter) override;
  Result<std::vector<LatestRow>> latest(const LatestFilter& filter) override;
  Result<std::vector<Point>> points(const PointsQuery& query) override;
  Result<std::vector<CategoryStats>> stats(std::optional<TimePoint> from, std::optional<TimePoint> to) override;
  Result<Page<EventRow>> events(const EventFilter& filter) override;
  Result<std::vector<CollectorRow>> collectors() override;
  Result<StorageFacts> facts() override;
  Result<> ping() override;

 private:
  Result<> open();

  std::string path_;
  std::optional<Connection> db_;
};

}  // namespace oculus::store::sqlite
