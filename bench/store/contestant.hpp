// Who writes the same rows side by side: the engine, the engine behind its queue, and the tables it is measured
// against. One thread each.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "measure/stopwatch.hpp"
#include "store/counting_vfs.hpp"
#include "store/dataset.hpp"
#include "store/row_table.hpp"

namespace oculus::bench {

class Contestant {
 public:
  virtual ~Contestant() = default;
  /// Writes `rows`, `per_transaction` at a time; what it takes from the first call to the last commit, the making of
  /// the rows apart.
  virtual Spent write(std::span<const Row> rows, std::size_t per_transaction) = 0;
};

std::unique_ptr<Contestant> row_table(Layout layout, const std::string& path, std::span<const Series> series);
std::unique_ptr<Contestant> engine(const std::string& path, std::span<const Series> series);
/// Values one by one through the queue to the writer thread, and a flush at the end.
std::unique_ptr<Contestant> queue(const std::string& path, std::span<const Series> series);

}  // namespace oculus::bench
