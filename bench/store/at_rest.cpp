// What samples cost when nothing happens: bytes in the closed file, table by table, and memory of the engine that holds
// it open.
#include <fmt/format.h>
#include <malloc.h>
#include <sqlite3.h>

#include <filesystem>

#include "measure/machine.hpp"
#include "measure/options.hpp"
#include "measure/require.hpp"
#include "measure/scratch.hpp"
#include "measure/spread.hpp"
#include "measure/table.hpp"
#include "store/engine.hpp"
#include "store/sqlite/connection.hpp"

namespace {

using namespace oculus::bench;
using oculus::store::sqlite::Connection;

// Counts what passes through.
class Counted final : public Dataset {
 public:
  explicit Counted(std::unique_ptr<Dataset> inner) : inner_(std::move(inner)) { series_ = inner_->series(); }
  bool next(std::size_t count, std::vector<Row>& rows) override {
    const std::size_t before = rows.size();
    const bool more = inner_->next(count, rows);
    samples_ += rows.size() - before;
    return more;
  }
  [[nodiscard]] double samples() const noexcept { return static_cast<double>(samples_); }

 private:
  std::unique_ptr<Dataset> inner_;
  std::size_t samples_ = 0;
};

// In use on the heap, SQLite's part apart.
struct Heap {
  double all = 0, sqlite = 0;
};
Heap heap() {
  const auto facts = mallinfo2();
  return {static_cast<double>(facts.uordblks + facts.hblkhd), static_cast<double>(sqlite3_memory_used())};
}

void print_trees(const std::string& path, const std::string& what, double samples) {
  Table table(fmt::format("Where the bytes of each sample lie, {}", what),
              {"table or index", "bytes", "of these filled"});
  Connection db = require(Connection::open(path, Connection::Mode::read_only));
  auto trees = require(
      db.prepare("SELECT name, sum(pgsize), sum(pgsize - unused) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 5"));
  while (require(trees.step()))
    table.add({fmt::format("`{}`", trees.text(0)), to_text(trees.real(1) / samples), to_text(trees.real(2) / samples)});
  table.print();
}

void measure(std::unique_ptr<Dataset> dataset, const std::string& path, const std::string& what, Table& table) {
  Counted data(std::move(dataset));
  const Heap before = heap();
  auto engine = open_engine(path, data.series());
  fill(*engine, data);
  seal(*engine);
  const Heap after = heap();
  engine.reset();
  const auto bytes = static_cast<double>(std::filesystem::file_size(path));
  const double sqlite = after.sqlite - before.sqlite;
  table.add({what, to_text(bytes / data.samples()), to_text(bytes / 1e6), to_text(sqlite / 1e6),
             to_text((after.all - before.all - sqlite) / 1e6)});
  print_trees(path, what, data.samples());
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = parse_options(count, arguments, "Bytes and memory for each sample that is stored");
  const std::size_t samples = options.samples.value_or(2000);
  const Scratch scratch(options.directory);
  fmt::print("{}\n", machine());
  Table table(fmt::format("At rest, {}", describe(options, samples)),
              {"data", "bytes of the file for each sample", "MB of the file", "MB of memory for SQLite",
               "MB of memory for the engine's own"});
  measure(open_dataset(options, samples), scratch.file("whole.db"), "whole samples", table);
  if (options.from.empty())
    measure(open_dataset(options, samples, true), scratch.file("bare.db"), "value and time alone", table);
  table.print();
}
