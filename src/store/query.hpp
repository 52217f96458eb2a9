// What can be asked of a database, and the rows that come back. Plain values; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/event.hpp"
#include "model/sample.hpp"
#include "model/series.hpp"

namespace oculus::store {

enum class Order { newest_first, oldest_first };

/// Filters are joined by and; an empty one lets everything through. `from` is inclusive, `to` exclusive.
struct MetricFilter {
  std::optional<std::string> symbol = {};  // every series that has or had it
  std::optional<SeriesId> series = {};
  std::optional<std::string> category = {}, name = {}, target = {};
  std::optional<TimePoint> from = {}, to = {};
  Order order = Order::newest_first;
  std::size_t limit = 100;
  std::string cursor = {};  // `next` of the page before; Invalid when it is not one of ours
};

struct EventFilter {
  std::optional<std::string> source = {};
  std::optional<EventKind> kind = {};
  std::optional<Severity> least_severity = {};  // this one and worse
  std::optional<TimePoint> from = {}, to = {};
  Order order = Order::newest_first;
  std::size_t limit = 100;
  std::string cursor = {};
};

struct SeriesRow {
  Series series;
  SeriesId id{};
  TimePoint created_at{}, updated_at{};
  std::optional<TimePoint> retired_at;
};

/// A sample with what the view `metrics` says of its series.
struct MetricRow {
  SeriesId series{};
  TimePoint at{};
  std::string category, symbol, name, target, unit;
  std::optional<double> value;
  bool success = true;
  std::optional<std::chrono::microseconds> took;
  Tags tags;
};

/// A current series (by id: any), its latest sample if any, and (when asked for) its latest values, oldest first.
struct LatestRow {
  SeriesRow series;
  std::optional<Sample> sample;
  std::vector<std::optional<double>> recent;
};
struct LatestFilter {
  std::optional<std::string> symbol = {};
  std::optional<SeriesId> series = {};
  std::optional<std::string> category = {}, name = {}, target = {};
  std::size_t recent = 0;  // how many latest values
};

struct EventRow {
  std::int64_t id = 0;
  Event event;
};

template <class Row>
struct Page {
  std::vector<Row> items;
  std::optional<std::string> next;  // cursor of the next page; empty: this was the last
};

/// Values of one step of a chart. Aggregates skip what has no value.
struct Point {
  TimePoint at{};  // begin of the step
  std::optional<double> mean, least, most;
  std::uint64_t count = 0, failures = 0;
};
struct PointsQuery {
  std::string symbol = {};
  TimePoint from{}, to{};
  std::chrono::microseconds step{std::chrono::minutes(1)};
};

struct CategoryStats {
  std::string category;
  std::uint64_t total = 0, success = 0, failure = 0;
};

/// A cell of people's SQL.
using Cell = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
struct SqlQuery {
  std::string text = {};
  std::vector<Cell> parameters = {};
  std::chrono::milliseconds time_limit = std::chrono::seconds(5);  // the wait for a turn included
  std::size_t most_rows = 1000;
  std::size_t most_bytes = 8u << 20;
};
struct SqlTable {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
  bool truncated = false;
};

struct StorageFacts {
  std::uint64_t bytes = 0;  // of the database on disk
  std::uint64_t series = 0;
};

}  // namespace oculus::store
