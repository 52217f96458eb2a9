// Any sequence of inserts, late ones and duplicates included, restarts, deletions and queries gives what a plain table
// would give.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <random>

#include "store/scratch_database.hpp"
#include "store/sqlite/sql_sandbox.hpp"
#include "store/sqlite/sqlite_reader.hpp"
#include "store/sqlite/sqlite_storage.hpp"

namespace oculus::store {
namespace {

using namespace std::chrono_literals;

using Key = std::pair<std::int64_t, std::int64_t>;  // time and series
using Table = std::map<Key, Sample>;

std::string text_of(const Sample& sample) {
  return fmt::format("{} {} {} {} {} {}", to_us(sample.at), to_signed(sample.series),
                     sample.value ? fmt::format("{:a}", *sample.value) : "-", sample.success,
                     sample.took ? sample.took->count() : -1, to_json(sample.tags));
}

class Life {
 public:
  Life(std::uint32_t seed, std::string path) : random_(seed), settings_(settings_for(std::move(path))) {
    settings_.seal = {.samples_of_series = 40, .least_samples = 60, .most_samples = 200, .longest = 1h};
    for (int i = 0; i < 5; ++i) {
      Series one = series(i < 3 ? "one" : fmt::format("s{}", i), "example.com", fmt::format("net.s{}", i));
      if (i < 3) one.tags = {{"field", std::to_string(i)}};
      if (i == 4) one.category = "custom";
      series_.push_back(one);
    }
    start();
  }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      switch (below(12)) {
        case 0:
          start();
          break;
        case 1:
          remove_old();
          break;
        case 2:
          roll_back();
          break;
        case 3:
        case 4:
          look();
          break;
        default:
          insert();
      }
    }
    look();
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t chance) { return below(chance) == 0; }

  void start() {
    shared_ = {};
    shared_.head = std::make_shared<sqlite::Head>(0);
    readers_.clear();
    storage_ = std::make_unique<sqlite::SqliteStorage>(settings_, shared_);
    const auto opened = storage_->open();
    ASSERT_TRUE(opened) << opened.error().text();
    ASSERT_TRUE(storage_->begin());
    for (const Series& one : series_) ASSERT_TRUE(storage_->write(UpsertSeries{one}));
    ASSERT_TRUE(storage_->commit());
    // In this process, and in another that keeps a head of its own.
    readers_.push_back(std::make_unique<sqlite::SqliteReader>(settings_.path, shared_));
    readers_.push_back(std::make_unique<sqlite::SqliteReader>(settings_.path, sqlite::SharedState{}));
    sql_ = std::make_unique<sqlite::SqlSandbox>(settings_.path, one_in(2) ? shared_ : sqlite::SharedState{});
  }

  double any_value() {
    switch (below(6)) {
      case 0:
        return static_cast<double>(random_()) * std::pow(10.0, static_cast<double>(below(500)) - 250.0);
      case 1:
        return -0.0;
      case 2:
        return 42;
      default:
        return static_cast<double>(below(100'000)) / 100.0;
    }
  }

  std::int64_t any_time() {
    if (one_in(12)) return now_ - static_cast<std::int64_t>(below(40'000'000));  // late
    if (one_in(15) && !table_.empty())
      return std::next(table_.begin(), static_cast<long>(below(table_.size())))->first.first;
    if (one_in(60)) now_ += 3'600'000'000;
    return now_;
  }

  std::vector<Sample> any_batch() {
    std::vector<Sample> batch;
    for (std::size_t rounds = 1 + below(25); rounds > 0; --rounds) {
      now_ += one_in(4) ? static_cast<std::int64_t>(below(3'000'000))
                        : 1'000'000 + 1000 * static_cast<std::int64_t>(below(4));
      const std::int64_t at = any_time();
      Sample sample{{}, from_us(at), {}, !one_in(9), {}, {}};
      if (!one_in(5)) sample.took = microseconds(below(1'000'000));
      if (!sample.success) sample.tags = {{"error", one_in(2) ? "timeout" : "refused"}};
      const bool round = one_in(2);  // of one collector's series together
      for (std::size_t i = 0; i < (round ? 3U : 1U); ++i) {
        sample.series = series_[round ? i : below(series_.size())].id();
        sample.value = one_in(10) ? std::nullopt : std::optional(any_value());
        if (one_in(8) && sample.value)
          sample.took = microseconds(std::llround(std::abs(*sample.value) < 1e9 ? std::abs(*sample.value) * 1000 : 0));
        batch.push_back(sample);
      }
    }
    return batch;
  }

  void insert() {
    const std::vector<Sample> batch = any_batch();
    ASSERT_TRUE(storage_->begin());
    for (const Sample& sample : batch) {
      const auto done = storage_->write(sample);
      ASSERT_TRUE(done) << done.error().text();
      auto& stored = table_[{to_us(sample.at), to_signed(sample.series)}];
      if (stored.series != SeriesId{}) ++replaced_;
      stored = sample;
    }
    const auto done = storage_->commit();
    ASSERT_TRUE(done) << done.error().text();
  }

  void roll_back() {
    ASSERT_TRUE(storage_->begin());
    for (const Sample& sample : any_batch()) ASSERT_TRUE(storage_->write(sample));
    storage_->rollback();
  }

  void remove_old() {
    if (table_.empty()) return;
    const std::int64_t cutoff = std::next(table_.begin(), static_cast<long>(below(table_.size()) / 3))->first.first;
    for (;;) {
      const auto slice = storage_->delete_values_before(from_us(cutoff));
      ASSERT_TRUE(slice) << slice.error().text();
      if (slice->done) break;
    }
    table_.erase(table_.begin(), table_.lower_bound({cutoff, std::numeric_limits<std::int64_t>::min()}));
  }

  void look() {
    for (const auto& reader : readers_) {
      ask_for_samples(*reader);
      ask_for_points(*reader);
      ask_for_stats(*reader);
      ask_for_latest(*reader);
    }
    ask_in_sql();
  }

  std::optional<TimePoint> any_bound() {
    if (one_in(2) || table_.empty()) return {};
    const auto at = std::next(table_.begin(), static_cast<long>(below(table_.size())))->first.first;
    return from_us(at + static_cast<std::int64_t>(below(3)) - 1);
  }

  template <class Wanted>
  std::vector<std::string> expected(Wanted wanted, bool backward) const {
    std::vector<std::string> rows;
    for (const auto& [key, sample] : table_)
      if (wanted(key, sample)) rows.push_back(text_of(sample));
    if (backward) std::ranges::reverse(rows);
    return rows;
  }

  void ask_for_samples(Reader& reader) {
    MetricFilter filter{.from = any_bound(), .to = any_bound(), .limit = 1 + below(300)};
    filter.order = one_in(2) ? Order::newest_first : Order::oldest_first;
    const std::size_t which = below(series_.size() + 2);
    if (which < series_.size()) filter.symbol = series_[which].symbol->text();
    if (which == series_.size()) filter.name = "one";
    std::vector<std::string> rows;
    for (;;) {
      const auto page = reader.metrics(filter);
      ASSERT_TRUE(page) << page.error().text();
      for (const MetricRow& row : page->items) {
        Tags dynamic;
        if (const auto* error = row.tags.find("error")) dynamic.set("error", *error);
        rows.push_back(text_of({row.series, row.at, row.value, row.success, row.took, dynamic}));
      }
      if (!page->next) break;
      filter.cursor = *page->next;
    }
    const auto wanted = [&](const Key& key, const Sample& sample) {
      if (filter.from && key.first < to_us(*filter.from)) return false;
      if (filter.to && key.first >= to_us(*filter.to)) return false;
      if (filter.symbol) return sample.series == series_[which].id();
      if (filter.name)
        return std::ranges::find(series_.begin(), series_.begin() + 3, sample.series, &Series::id) !=
               series_.begin() + 3;
      return true;
    };
    ASSERT_EQ(rows, expected(wanted, filter.order == Order::newest_first));
  }

  void ask_for_points(Reader& reader) {
    if (table_.empty()) return;
    const std::size_t which = below(series_.size());
    const auto step = microseconds(500'000 + static_cast<std::int64_t>(below(100'000'000)));
    const TimePoint from = from_us(table_.begin()->first.first - 7'000'000), to = from_us(now_ + 7'000'000);
    const auto points = reader.points({series_[which].symbol->text(), from, to, step});
    ASSERT_TRUE(points) << points.error().text();
    struct Total {
      double sum = 0, least = INFINITY, most = -INFINITY;
      std::uint64_t count = 0, present = 0, failures = 0;
    };
    std::map<std::int64_t, Total> totals;
    for (const auto& [key, sample] : table_) {
      if (sample.series != series_[which].id()) continue;
      if (key.first < to_us(from) || key.first >= to_us(to)) continue;
      Total& total = totals[(key.first - to_us(from)) / step.count()];
      ++total.count;
      total.failures += sample.success ? 0U : 1U;
      if (!sample.value) continue;
      ++total.present;
      total.sum += *sample.value;
      total.least = std::min(total.least, *sample.value);
      total.most = std::max(total.most, *sample.value);
    }
    ASSERT_EQ(points->size(), totals.size());
    for (const Point& point : *points) {
      const Total& total = totals[(to_us(point.at) - to_us(from)) / step.count()];
      ASSERT_EQ(point.count, total.count);
      ASSERT_EQ(point.failures, total.failures);
      ASSERT_EQ(point.mean.has_value(), total.present > 0);
      if (total.present == 0) continue;
      ASSERT_EQ(*point.least, total.least);
      ASSERT_EQ(*point.most, total.most);
      const double mean = total.sum / static_cast<double>(total.present);
      const double scale = std::max(std::abs(total.least), std::abs(total.most));
      ASSERT_LE(std::abs(*point.mean - mean), 1e-9 * scale);
    }
  }

  void ask_for_stats(Reader& reader) {
    const auto from = any_bound(), to = any_bound();
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> wanted;
    for (const auto& [key, sample] : table_) {
      if ((from && key.first < to_us(*from)) || (to && key.first >= to_us(*to))) continue;
      const auto of = std::ranges::find(series_, sample.series, &Series::id);
      auto& [total, success] = wanted[of->category];
      ++total;
      success += sample.success ? 1U : 0U;
    }
    const auto stats = reader.stats(from, to);
    ASSERT_TRUE(stats) << stats.error().text();
    ASSERT_EQ(stats->size(), wanted.size());
    for (const CategoryStats& one : *stats) {
      ASSERT_EQ(one.total, wanted[one.category].first);
      ASSERT_EQ(one.success, wanted[one.category].second);
      ASSERT_EQ(one.failure, one.total - one.success);
    }
  }

  void ask_for_latest(Reader& reader) {
    const std::size_t recent = one_in(2) ? 0 : 1 + below(50);
    const auto rows = reader.latest({.recent = recent});
    ASSERT_TRUE(rows) << rows.error().text();
    ASSERT_EQ(rows->size(), series_.size());
    for (const LatestRow& row : *rows) {
      std::vector<const Sample*> all;
      for (const auto& [key, sample] : table_)
        if (sample.series == row.series.id) all.push_back(&sample);
      ASSERT_EQ(row.sample.has_value(), !all.empty());
      if (all.empty()) continue;
      ASSERT_EQ(text_of(*row.sample), text_of(*all.back()));
      ASSERT_EQ(row.recent.size(), std::min(recent, all.size()));
      for (std::size_t i = 0; i < row.recent.size(); ++i)
        ASSERT_EQ(row.recent[i], all[all.size() - row.recent.size() + i]->value);
    }
  }

  void ask_in_sql() {
    const auto from = any_bound(), to = any_bound();
    const std::size_t which = below(series_.size() + 1);
    const bool backward = one_in(2);
    std::string text = "SELECT ts, series_id, value, success, duration_ms, dynamic_tags FROM metric_values WHERE 1";
    SqlQuery query{.time_limit = 60s, .most_rows = 1'000'000, .most_bytes = 1U << 30};
    if (from) text += " AND ts >= ?", query.parameters.emplace_back(to_us(*from));
    if (to) text += " AND ts < ?", query.parameters.emplace_back(to_us(*to));
    if (which < series_.size())
      text += " AND series_id = ?", query.parameters.emplace_back(to_signed(series_[which].id()));
    query.text = text + (backward ? " ORDER BY ts DESC, series_id DESC" : " ORDER BY ts, series_id");
    const auto table = sql_->run(query, Clock::now() + query.time_limit);
    ASSERT_TRUE(table) << table.error().text();
    std::vector<std::string> rows;
    for (const auto& row : table->rows) {
      Sample sample{series_id_from(std::get<std::int64_t>(row[1])),
                    from_us(std::get<std::int64_t>(row[0])),
                    {},
                    std::get<std::int64_t>(row[3]) != 0,
                    {},
                    *tags_from_json(std::get<std::string>(row[5]))};
      if (const auto* value = std::get_if<double>(&row[2])) sample.value = *value;
      if (const auto* took = std::get_if<double>(&row[4])) sample.took = microseconds(std::llround(*took * 1000));
      rows.push_back(text_of(sample));
    }
    ASSERT_EQ(rows, expected(
                        [&](const Key& key, const Sample& sample) {
                          if ((from && key.first < to_us(*from)) || (to && key.first >= to_us(*to))) return false;
                          return which == series_.size() || sample.series == series_[which].id();
                        },
                        backward));
  }

  std::mt19937 random_;
  DatabaseSettings settings_;
  std::vector<Series> series_;
  sqlite::SharedState shared_;
  std::unique_ptr<sqlite::SqliteStorage> storage_;
  std::vector<std::unique_ptr<sqlite::SqliteReader>> readers_;
  std::unique_ptr<sqlite::SqlSandbox> sql_;
  Table table_;
  std::int64_t now_ = 1'700'000'000'000'000;
  std::uint64_t replaced_ = 0;
};

class StorageProperty : public testing::TestWithParam<std::uint32_t> {};

TEST_P(StorageProperty, AnyLifeGivesWhatAPlainTableGives) {
  const ScratchFolder folder;
  Life(GetParam(), folder.file()).run(120);
}

// More of them, such as 2000, by OCULUS_SEEDS: what the drills ask for.
std::uint32_t seeds() {
  const char* const wanted = std::getenv("OCULUS_SEEDS");
  return wanted == nullptr ? 20 : static_cast<std::uint32_t>(std::strtoul(wanted, nullptr, 10));
}

INSTANTIATE_TEST_SUITE_P(Seeds, StorageProperty, testing::Range(1U, 1U + seeds()));

}  // namespace
}  // namespace oculus::store
