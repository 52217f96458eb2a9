#include "store/contestant.hpp"

#include <algorithm>
#include <atomic>

#include "measure/require.hpp"
#include "store/engine.hpp"

namespace oculus::bench {
namespace {

class TableContestant final : public Contestant {
 public:
  TableContestant(Layout layout, const std::string& path, std::span<const Series> series)
      : table_(layout, path, series) {}

  Spent write(std::span<const Row> rows, std::size_t per_transaction) override {
    const Stopwatch watch(Stopwatch::Of::process);
    for (; !rows.empty(); rows = rows.subspan(std::min(per_transaction, rows.size())))
      table_.write(rows.first(std::min(per_transaction, rows.size())));
    return watch.spent();
  }

 private:
  RowTable table_;
};

class EngineContestant final : public Contestant {
 public:
  EngineContestant(const std::string& path, std::span<const Series> series) : engine_(open_engine(path, series)) {}

  Spent write(std::span<const Row> rows, std::size_t per_transaction) override {
    Spent spent;
    for (; !rows.empty(); rows = rows.subspan(std::min(per_transaction, rows.size()))) {
      writes_.clear();
      for (const Row& row : rows.first(std::min(per_transaction, rows.size()))) writes_.emplace_back(row.sample);
      const Stopwatch watch(Stopwatch::Of::process);
      bench::write(*engine_, writes_);
      spent += watch.spent();
    }
    return spent;
  }

 private:
  std::unique_ptr<store::Storage> engine_;
  std::vector<store::Write> writes_;
};

class QueueContestant final : public Contestant {
 public:
  QueueContestant(const std::string& path, std::span<const Series> series) : database_(open_all(path)) {
    for (const Series& one : series) send(store::UpsertSeries{one});
    require(database_.writer->flush());
  }

  // Transactions are of the writer's own making: 500 values each, as it is set by default.
  Spent write(std::span<const Row> rows, std::size_t) override {
    std::vector<store::Command> commands;
    commands.reserve(rows.size());
    for (const Row& row : rows) commands.emplace_back(store::InsertValue{row.sample});
    const Stopwatch watch(Stopwatch::Of::process);
    for (store::Command& command : commands) send(std::move(command));
    require(database_.writer->flush());
    return watch.spent();
  }

 private:
  void send(store::Command command) {
    // A producer that may wait: at once accepted while there is room, else it stands in line.
    const std::uint64_t before = accepted_;
    database_.writer->send(std::move(command), [this](const Result<>& done) {
      require(done);
      ++accepted_;
      accepted_.notify_one();
    });
    accepted_.wait(before);
  }

  std::atomic<std::uint64_t> accepted_{0};
  store::Database database_;  // last: its writer calls back
};

}  // namespace

std::unique_ptr<Contestant> row_table(Layout layout, const std::string& path, std::span<const Series> series) {
  return std::make_unique<TableContestant>(layout, path, series);
}
std::unique_ptr<Contestant> engine(const std::string& path, std::span<const Series> series) {
  return std::make_unique<EngineContestant>(path, series);
}
std::unique_ptr<Contestant> queue(const std::string& path, std::span<const Series> series) {
  return std::make_unique<QueueContestant>(path, series);
}

}  // namespace oculus::bench
