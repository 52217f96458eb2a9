// The layouts that Oculus is measured against: plain tables, a row for each sample. One thread.
#pragma once

#include <span>
#include <string>

#include "store/dataset.hpp"
#include "store/sqlite/connection.hpp"

namespace oculus::bench {

enum class Layout {
  lean,       // rowid, no index, series and tags as small numbers: the least that a row can cost
  original,   // the program that Oculus comes from: rowid, tags as JSON, separate indexes on time and series
  clustered,  // WITHOUT ROWID, the key is series and time
};

class RowTable {
 public:
  /// Makes the database. The lean table is `samples`; the others are `metric_values`, beside `metric_series`.
  RowTable(Layout layout, const std::string& path, std::span<const Series> series);

  /// One transaction.
  void write(std::span<const Row> rows);

  /// Writes all that is left of `dataset` the quickest way there is: what lies on disk afterwards is what the order of
  /// arrival would have left, at its tidiest.
  void fill(Dataset& dataset);

  [[nodiscard]] store::sqlite::Connection& connection() noexcept { return db_; }

 private:
  void bind(const Row& row);
  void insert(const Row& row);

  Layout layout_;
  std::vector<std::int64_t> ids_;  // of the series, by number
  store::sqlite::Connection db_;
  store::sqlite::Statement insert_;  // after db_: finalized before it closes
};

}  // namespace oculus::bench
