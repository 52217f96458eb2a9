// The write path: samples per second, bytes handed to the disk and bytes at rest, for the engine, the engine behind its
// queue, and three plain tables. All take the same rows in turns of a few thousand, so that whatever else the machine
// does falls on each of them alike, and a file that grows is compared with files that grew as much.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <ranges>

#include "measure/machine.hpp"
#include "measure/options.hpp"
#include "measure/require.hpp"
#include "measure/scratch.hpp"
#include "measure/spread.hpp"
#include "measure/table.hpp"
#include "store/contestant.hpp"

namespace {

using namespace oculus::bench;
using oculus::Series;

struct Entrant {
  const char* name;
  std::function<std::unique_ptr<Contestant>(const std::string& path, std::span<const Series> series)> enter;
  bool once;  // so slow that its first run has to do
};

Entrant table(const char* name, Layout layout, bool once) {
  return {name, [layout](const std::string& path, auto series) { return row_table(layout, path, series); }, once};
}

// The first is what the others are compared with.
const std::array kEntrants = {
    table("lean append", Layout::lean, false),        Entrant{"engine", engine, false},
    Entrant{"engine behind its queue", queue, false}, table("clustered row table", Layout::clustered, true),
    table("original layout", Layout::original, true),
};

struct Outcome {
  Spent spent;
  Handed handed;
  std::uintmax_t at_rest = 0;                  // of the file, closed
  std::vector<double> turns;                   // wall seconds of each
  double wall_ratio = 0, processor_ratio = 0;  // of the lean append's time to this one's
};

struct Run {
  std::size_t samples = 0;
  std::vector<std::optional<Outcome>> outcomes;  // one for each entrant
};

Run run(Dataset& dataset, const Options& options, std::size_t per_transaction, bool with_slow) {
  constexpr std::size_t kTurn = 20'000;
  const Scratch scratch(options.directory);
  Run run;
  std::vector<std::unique_ptr<Contestant>> entered;
  const auto path = [&](std::size_t i) { return scratch.file(fmt::format("{}.db", i)); };
  for (std::size_t i = 0; i < kEntrants.size(); ++i) {
    const bool takes_part = with_slow || !kEntrants[i].once;
    entered.push_back(takes_part ? kEntrants[i].enter(path(i), dataset.series()) : nullptr);
    run.outcomes.push_back(takes_part ? std::optional<Outcome>(Outcome{}) : std::nullopt);
  }

  std::vector<Row> rows;
  for (bool forward = true; dataset.next(kTurn, rows); forward = !forward) {
    for (std::size_t turn = 0; turn < entered.size(); ++turn) {
      const std::size_t i = forward ? turn : entered.size() - 1 - turn;
      if (!entered[i]) continue;
      const Spent spent = entered[i]->write(rows, per_transaction);
      run.outcomes[i]->spent += spent;
      run.outcomes[i]->turns.push_back(spent.wall);
    }
    run.samples += rows.size();
    rows.clear();
  }

  for (std::size_t i = 0; i < entered.size(); ++i) {
    if (!entered[i]) continue;
    entered[i].reset();  // the last checkpoint counts as well
    Outcome& outcome = *run.outcomes[i];
    outcome.handed = handed_over(path(i));
    outcome.at_rest = std::filesystem::file_size(path(i));
    outcome.wall_ratio = run.outcomes[0]->spent.wall / outcome.spent.wall;
    outcome.processor_ratio = run.outcomes[0]->spent.processor / outcome.spent.processor;
  }
  return run;
}

// What one entrant did in every run that it took part in.
std::vector<double> of_all(const std::vector<Run>& runs, std::size_t entrant,
                           const std::function<double(const Run&, const Outcome&)>& figure) {
  std::vector<double> figures;
  for (const Run& run : runs)
    if (run.outcomes[entrant]) figures.push_back(figure(run, *run.outcomes[entrant]));
  return figures;
}

void print_speed(const std::vector<Run>& runs, const std::string& what) {
  Table table(fmt::format("Writing, {}", what), {"layout", "samples/s", "to lean append", "by processor time",
                                                 "samples per processor second", "first tenth, last tenth to lean"});
  for (std::size_t i = 0; i < kEntrants.size(); ++i) {
    const auto figure = [&](auto of) { return to_text(spread(of_all(runs, i, of))); };
    const Run& first = runs.front();
    const std::size_t turns = first.outcomes[i]->turns.size(), tenth = std::max<std::size_t>(1, turns / 10);
    const auto part = [&](std::size_t begin) {
      const auto sum = [&](const Outcome& outcome) {
        double seconds = 0;
        for (std::size_t turn = begin; turn < begin + tenth; ++turn) seconds += outcome.turns[turn];
        return seconds;
      };
      return to_text(sum(*first.outcomes[0]) / sum(*first.outcomes[i]), 2);
    };
    table.add(
        {kEntrants[i].name,
         figure([](const Run& run, const Outcome& o) { return static_cast<double>(run.samples) / o.spent.wall; }),
         figure([](const Run&, const Outcome& o) { return o.wall_ratio; }),
         figure([](const Run&, const Outcome& o) { return o.processor_ratio; }),
         figure([](const Run& run, const Outcome& o) { return static_cast<double>(run.samples) / o.spent.processor; }),
         fmt::format("{}, {}", part(0), part(turns - tenth))});
  }
  table.print();
}

void print_bytes(const Run& run, const std::string& what) {
  Table table(fmt::format("Bytes for each sample, {}", what),
              {"layout", "handed to the disk", "to lean append", "of these to the log", "to the file", "at rest",
               "syncs per 1,000,000 samples"});
  for (std::size_t i = 0; i < kEntrants.size(); ++i) {
    const Outcome& outcome = *run.outcomes[i];
    const auto each = [&](std::uint64_t bytes) {
      return to_text(static_cast<double>(bytes) / static_cast<double>(run.samples));
    };
    table.add(
        {kEntrants[i].name, each(outcome.handed.bytes()),
         to_text(static_cast<double>(outcome.handed.bytes()) / static_cast<double>(run.outcomes[0]->handed.bytes()), 2),
         each(outcome.handed.log), each(outcome.handed.database), each(outcome.at_rest),
         to_text(1e6 * static_cast<double>(outcome.handed.syncs) / static_cast<double>(run.samples), 2)});
  }
  table.print();
}

std::vector<Run> repeat(const Options& options, std::size_t samples, std::size_t per_transaction,
                        std::size_t repetitions) {
  std::vector<Run> runs;
  for (std::size_t repetition = 0; repetition < repetitions; ++repetition) {
    const auto dataset = open_dataset(options, samples);
    runs.push_back(run(*dataset, options, per_transaction, repetition == 0));
  }
  return runs;
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = parse_options(count, arguments, "The write path beside a lean append and two older layouts");
  const std::size_t samples = options.samples.value_or(1000);
  count_what_sqlite_writes();

  const std::string data = describe(options, samples);
  fmt::print("{}\n", machine());
  const auto by_500 = repeat(options, samples, 500, options.repetitions);
  print_speed(by_500, fmt::format("500 a transaction, {}, {} repetitions", data, options.repetitions));
  print_bytes(by_500.front(), fmt::format("500 a transaction, {}", data));
  const auto by_1000 = repeat(options, samples, 1000, 1);
  print_bytes(by_1000.front(), fmt::format("1,000 a transaction (behind the queue 500), {}", data));
  fmt::print("\n{}\n", machine());
}
