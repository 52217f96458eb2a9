// The read path: what pages, the API and people's SQL ask, over the same samples in the engine and in plain tables.
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <future>

#include "measure/contest.hpp"
#include "measure/machine.hpp"
#include "measure/options.hpp"
#include "measure/require.hpp"
#include "measure/scratch.hpp"
#include "measure/table.hpp"
#include "store/engine.hpp"
#include "store/row_table.hpp"

namespace {

using namespace oculus::bench;
using oculus::TimePoint;
namespace store = oculus::store;
using std::chrono::days;
using std::chrono::hours;

// Seconds and turns for each question.
struct Effort {
  double patience = 3;
  std::size_t most = 200;
};

// One thing that is asked of the engine through its readers' thread; only the work itself is timed.
Way ask_reader(std::string name, store::Database& database, std::function<void(store::Reader&)> question) {
  return {std::move(name), [&database, question = std::move(question)] {
            return database.readers->ask([&](store::Reader& reader) {
              const Stopwatch watch;
              question(reader);
              return watch.spent();
            });
          }};
}

store::SqlQuery sql(std::string text, std::vector<store::Cell> parameters) {
  store::SqlQuery query;
  query.text = std::move(text);
  query.parameters = std::move(parameters);
  query.time_limit = std::chrono::minutes(5);
  query.most_rows = 10'000'000;
  query.most_bytes = std::size_t{1} << 32;
  return query;
}

void run_sql(store::SqlReader& reader, const store::SqlQuery& query) {
  const auto table = require(reader.run(query, oculus::Clock::now() + query.time_limit));
  if (table.rows.empty()) give_up("no rows: " + query.text);
}

Way ask_sql(std::string name, store::Database& database, store::SqlQuery query) {
  return {std::move(name), [&database, query = std::move(query)] {
            return database.sql->ask([&](store::SqlReader& reader) {
              const Stopwatch watch;
              run_sql(reader, query);
              return watch.spent();
            });
          }};
}

Way ask_sandbox(std::string name, store::SqlReader& sandbox, store::SqlQuery query) {
  return {std::move(name), [&sandbox, query = std::move(query)] {
            const Stopwatch watch;
            run_sql(sandbox, query);
            return watch.spent();
          }};
}

// A statement that is kept, stepped to its end, every column looked at: no program could do less.
class Prepared {
 public:
  Prepared(RowTable& table, std::string_view text, std::vector<std::int64_t> parameters)
      : statement_(require(table.connection().prepare(text))) {
    int index = 0;
    for (const std::int64_t parameter : parameters) statement_.bind(++index, parameter);
  }
  Spent operator()() {
    const Stopwatch watch;
    std::size_t rows = 0;
    const int columns = sqlite3_column_count(statement_.handle());
    for (; require(statement_.step()); ++rows)
      for (int i = 0; i < columns; ++i)
        if (sqlite3_column_type(statement_.handle(), i) == SQLITE_TEXT)
          sum_ += sqlite3_column_bytes(statement_.handle(), i);
        else
          sum_ += statement_.real(i);
    if (rows == 0) give_up("a baseline has no rows");
    return watch.spent();
  }

 private:
  store::sqlite::Statement statement_;
  double sum_ = 0;
};

Way ask_table(std::string name, RowTable& table, std::string_view text, std::vector<std::int64_t> parameters) {
  return {std::move(name), [prepared = std::make_shared<Prepared>(table, text, std::move(parameters))] {
            return (*prepared)();  // shared: std::function copies what it holds
          }};
}

std::string milliseconds(const Spread& seconds) {
  return to_text(Spread{seconds.median * 1e3, seconds.least * 1e3, seconds.most * 1e3});
}

void print(Table& table, const std::string& question, const std::vector<Way>& ways, Effort effort) {
  for (const Standing& standing : compare(ways, effort.patience, effort.most))
    table.add({question, standing.name, milliseconds(standing.wall), milliseconds(standing.processor),
               to_text(standing.ratio)});
}

// The engine and the tables, filled with the same samples.
struct Filled {
  Filled(const Scratch& scratch, const std::string& name, MadeUp::Shape shape, bool with_original) {
    MadeUp all(shape);
    {
      const auto engine = open_engine(scratch.file(name + ".db"), all.series());
      fill(*engine, all);
    }
    series = all.series();
    end = all.present();
    samples = shape.series * shape.samples;
    database = open_all(scratch.file(name + ".db"));
    bytes = std::filesystem::file_size(scratch.file(name + ".db"));
    MadeUp again(shape);
    clustered = std::make_unique<RowTable>(Layout::clustered, scratch.file(name + "-clustered.db"), series);
    clustered->fill(again);
    sandbox = open_sandbox(scratch.file(name + "-clustered.db"));
    if (!with_original) return;
    MadeUp once_more(shape);
    original = std::make_unique<RowTable>(Layout::original, scratch.file(name + "-original.db"), series);
    original->fill(once_more);
  }

  std::vector<oculus::Series> series;
  TimePoint end;
  std::size_t samples = 0;
  std::uintmax_t bytes = 0;
  store::Database database;
  std::unique_ptr<RowTable> clustered, original;
  std::unique_ptr<store::SqlReader> sandbox;  // over the clustered table
};

constexpr std::size_t kOne = 4;  // whose day or year is asked for: a latency, and not the first on its page

void ask_many_series(Filled& data, Effort effort) {
  Table table(fmt::format("Reading, {} series of {} samples; the file has {} bytes for each sample", data.series.size(),
                          data.samples / data.series.size(),
                          to_text(static_cast<double>(data.bytes) / static_cast<double>(data.samples))),
              {"question", "asked of", "ms", "ms of processor time", "to the first"});
  auto& database = data.database;

  print(table, "newest 100",
        {ask_table("original layout, kept statement", *data.original,
                   "SELECT v.ts, s.category, s.symbol, s.name, s.target, s.unit, v.value, v.success, v.duration_ms,"
                   " v.dynamic_tags, s.static_tags FROM metric_values v JOIN metric_series s USING (series_id)"
                   " ORDER BY v.ts DESC LIMIT 100",
                   {}),
         ask_reader("engine, `Reader::metrics`", database,
                    [](store::Reader& reader) { (void)require(reader.metrics({})); })},
        effort);

  const oculus::Series& one = data.series[std::min(kOne, data.series.size() - 1)];
  const auto number = static_cast<std::int64_t>(std::min(kOne, data.series.size() - 1));
  const std::int64_t id = oculus::to_signed(one.id()), to = oculus::to_us(data.end),
                     day = oculus::to_us(data.end - days(1));
  const std::string day_of_series =
      "SELECT ts, value FROM metric_values WHERE series_id = ? AND ts >= ? AND ts < ? ORDER BY ts";
  print(table, "one series' day, as rows through SQL",
        {ask_sandbox("clustered table, through the sandbox", *data.sandbox, sql(day_of_series, {number, day, to})),
         ask_sql("engine, through the sandbox", database, sql(day_of_series, {id, day, to})),
         ask_table("clustered table, kept statement", *data.clustered, day_of_series, {number, day, to}),
         ask_table("original layout, kept statement", *data.original, day_of_series, {id, day, to})},
        effort);

  store::MetricFilter filter;
  filter.series = one.id();
  filter.from = data.end - days(1);
  filter.to = data.end;
  filter.order = store::Order::oldest_first;
  filter.limit = 10'000;
  const store::PointsQuery every_step{one.symbol->text(), data.end - days(1), data.end, MadeUp::kStep};
  print(table, "one series' day, for the API",
        {ask_table("clustered table, kept statement", *data.clustered, day_of_series, {number, day, to}),
         ask_reader("engine, `Reader::points` at 30 s", database,
                    [=](store::Reader& reader) { (void)require(reader.points(every_step)); }),
         ask_reader("engine, `Reader::metrics`", database,
                    [=](store::Reader& reader) { (void)require(reader.metrics(filter)); })},
        effort);

  print(table, fmt::format("latest of {} series", data.series.size()),
        {ask_table("clustered table, kept statement", *data.clustered,
                   "SELECT s.*, (SELECT v.value FROM metric_values v WHERE v.series_id = s.series_id"
                   " ORDER BY v.ts DESC LIMIT 1) FROM metric_series s",
                   {}),
         ask_reader("engine, `Reader::latest`", database,
                    [](store::Reader& reader) { (void)require(reader.latest({})); })},
        effort);

  const std::int64_t hour = oculus::to_us(data.end - hours(1));
  const std::string last_hour = "SELECT count(*), avg(value), sum(success) FROM metrics WHERE ts >= ? AND ts < ?";
  const std::string by_category =
      "SELECT category, count(*), avg(value), max(value) FROM metrics WHERE ts >= ? AND ts < ? GROUP BY category";
  print(table, "`metrics` over the last hour, one line",
        {ask_table("original layout, kept statement", *data.original,
                   "SELECT count(*), avg(value), sum(success) FROM metric_values JOIN metric_series USING (series_id)"
                   " WHERE ts >= ? AND ts < ?",
                   {hour, to}),
         ask_sql("engine, through the sandbox", database, sql(last_hour, {hour, to}))},
        effort);
  print(table, "`metrics` over the last hour, by category",
        {ask_table("original layout, kept statement", *data.original,
                   "SELECT category, count(*), avg(value), max(value) FROM metric_values JOIN metric_series"
                   " USING (series_id) WHERE ts >= ? AND ts < ? GROUP BY category",
                   {hour, to}),
         ask_sql("engine, through the sandbox", database, sql(by_category, {hour, to}))},
        effort);
  table.print();
}

void ask_one_year(Filled& data, Effort effort) {
  Table table(
      fmt::format("Reading far back, {} series of {} samples", data.series.size(), data.samples / data.series.size()),
      {"question", "asked of", "ms", "ms of processor time", "to the first"});
  const std::string symbol = data.series[0].symbol->text();
  for (const auto& [question, back, step] :
       {std::tuple{"mean per hour over 30 d", std::chrono::microseconds(days(30)), std::chrono::microseconds(hours(1))},
        {"min, max, mean per day over a year", std::chrono::microseconds(days(365)),
         std::chrono::microseconds(days(1))}}) {
    const TimePoint from = data.end - back;
    const store::PointsQuery query{symbol, from, data.end, step};
    print(table, question,
          {ask_table("clustered table, kept statement", *data.clustered,
                     "SELECT (ts - ?2) / ?4 AS step, avg(value), min(value), max(value), count(*) FROM metric_values"
                     " WHERE series_id = ?1 AND ts >= ?2 AND ts < ?3 GROUP BY step",
                     {0, oculus::to_us(from), oculus::to_us(data.end), step.count()}),
           ask_reader("engine, `Reader::points`", data.database,
                      [=](store::Reader& reader) { (void)require(reader.points(query)); })},
          effort);
  }
  table.print();
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = parse_options(count, arguments, "What is asked of the storage, beside two older layouts");
  const Effort effort = options.smoke ? Effort{0, 3} : Effort{};
  const Scratch scratch(options.directory);
  fmt::print("{}\n", machine());
  {
    Filled many(scratch, "many", {options.series, options.samples.value_or(5000), options.microseconds}, true);
    ask_many_series(many, effort);
  }
  constexpr std::size_t kAYear = 365 * 24 * 120;
  Filled year(scratch, "year", {4, options.smoke ? std::size_t{1000} : kAYear, options.microseconds}, false);
  ask_one_year(year, effort);
  fmt::print("\n{}\n", machine());
}
