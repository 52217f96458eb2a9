// Nothing that was acknowledged is lost when the process dies, and nothing is there twice when what was not answered is
// done again: within a commit, a seal, a deletion, a vacuum, the conversion of the first layout. Fifty rounds;
// OCULUS_KILL_ROUNDS in the environment asks for more.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>

#include "store/kill_script.hpp"
#include "store/killed_process.hpp"
#include "store/scratch_database.hpp"
#include "store/sqlite/connection.hpp"

namespace oculus::store {
namespace {

using Key = std::pair<std::int64_t, std::int64_t>;  // time and series

int rounds() {
  const char* const wanted = std::getenv("OCULUS_KILL_ROUNDS");
  return wanted == nullptr ? 50 : std::max(1, std::atoi(wanted));
}

// What must be in the database after some steps of the script.
class Expected {
 public:
  void put(Key key, double value) { rows_[key] = {value, false}; }
  void apply(const KillStep& step) {
    for (const Sample& sample : step.samples) put({to_us(sample.at), to_signed(sample.series)}, *sample.value);
    if (step.delete_before) rows_.erase(rows_.begin(), rows_.lower_bound({*step.delete_before, kLeast}));
    if (step.retain_from) may_go_before(*step.retain_from);
  }
  void may_go_before(std::int64_t at) {
    for (auto row = rows_.begin(); row != rows_.end() && row->first.first < at; ++row) row->second.may_be_gone = true;
  }

  /// Why the rows are not what was expected; empty when they are.
  [[nodiscard]] std::string difference(const std::map<Key, double>& found) const {
    for (const auto& [key, value] : found) {
      const auto row = rows_.find(key);
      if (row == rows_.end()) return fmt::format("{} of series {} is there", key.first, key.second);
      if (row->second.value != value)
        return fmt::format("{} of series {} is {}, not {}", key.first, key.second, value, row->second.value);
    }
    for (const auto& [key, row] : rows_)
      if (!row.may_be_gone && !found.contains(key))
        return fmt::format("{} of series {} is lost", key.first, key.second);
    return {};
  }
  /// What has gone stays gone.
  void forget_what_went(const std::map<Key, double>& found) {
    std::erase_if(rows_, [&](const auto& row) { return row.second.may_be_gone && !found.contains(row.first); });
  }

 private:
  static constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  struct Row {
    double value;
    bool may_be_gone;
  };
  std::map<Key, Row> rows_;
};

class Kill : public testing::Test {
 protected:
  void live(int times, std::int64_t lag, int longest_us) {
    const KillScript script(lag);
    for (int round = 0; round < times; ++round) {
      SCOPED_TRACE(fmt::format("seed {}, round {}, step {}", seed_, round, next_));
      KilledProcess child(OCULUS_KILL_CHILD, folder_.file(), next_, lag);
      // Killed after a few steps, and somewhere within the next one; some rounds while it still opens the file.
      const std::int64_t steps = std::uniform_int_distribution<std::int64_t>(0, 12)(random_);
      const std::chrono::microseconds within(std::uniform_int_distribution<int>(0, longest_us)(random_));
      if (steps > 0) {
        ASSERT_TRUE(eventually([&] { return child.acknowledged() >= next_ + steps; }));
      }
      const Deadline moment = Clock::now() + within;
      while (Clock::now() < moment) std::this_thread::yield();
      child.kill();
      for (; next_ < child.acknowledged(); ++next_) expected_.apply(script.step(next_));
      if (!std::filesystem::exists(folder_.file())) continue;  // it did not get that far
      look(script.step(next_), round % 2 == 0);
      if (HasFatalFailure() || HasNonfatalFailure()) return;
    }
  }

  // `under_way` was begun, and may be done, in part only where it deletes. Who writes finds the same as who only reads.
  void look(const KillStep& under_way, bool as_writer) {
    DatabaseSettings settings = settings_for(folder_.file());
    if (!as_writer) settings.mode = DatabaseSettings::Mode::read_only;
    Session session(settings);
    if (as_writer) session.flush();
    std::map<Key, double> found;
    const auto table = session.sql({.text = "SELECT ts, series_id, value FROM metric_values",
                                    .time_limit = std::chrono::seconds(60),
                                    .most_rows = 1'000'000,
                                    .most_bytes = 1U << 30});
    // Killed before the first commit of all: there is a file, but nothing in it.
    if (!table && !as_writer && next_ == 0) return;
    ASSERT_TRUE(table) << table.error().text();
    for (const auto& row : table->rows) {
      const Key key{std::get<std::int64_t>(row.at(0)), std::get<std::int64_t>(row.at(1))};
      ASSERT_TRUE(found.emplace(key, std::get<double>(row.at(2))).second) << key.first << " is there twice";
    }
    if (const auto cutoff = under_way.delete_before ? under_way.delete_before : under_way.retain_from)
      expected_.may_go_before(*cutoff);
    if (const std::string before = expected_.difference(found); !before.empty()) {
      Expected done = expected_;
      done.apply(under_way);
      ASSERT_EQ(done.difference(found), "") << "and as if the step had not begun: " << before;
    }
    expected_.forget_what_went(found);
    const auto sound = session.read([](Reader& reader) { return reader.integrity(); });
    ASSERT_TRUE(sound) << sound.error().text();
  }

  std::int64_t ask(std::string_view sql) {
    auto db = sqlite::Connection::open(folder_.file(), sqlite::Connection::Mode::read_only);
    return db ? db->ask(sql).value_or(std::nullopt).value_or(-1) : -1;
  }

  ScratchFolder folder_;
  const unsigned seed_ = std::random_device()();
  std::mt19937 random_{seed_};
  std::int64_t next_ = 0;
  Expected expected_;
};

TEST_F(Kill, NothingAcknowledgedIsLostAndNothingIsThereTwice) {
  live(rounds(), 50, 5000);
  if (HasFatalFailure()) return;
  EXPECT_GT(ask("SELECT count(*) FROM chunks"), 0) << "some of it was sealed";
  EXPECT_GT(ask("SELECT sealed FROM journal_state"), 0);
}

TEST_F(Kill, AConversionLosesNothing) {
  constexpr std::int64_t kLag = 2000, kRows = 30'000, kAfterStart = 100;
  for (int file = 0; file < std::max(1, rounds() / 12) && !HasFatalFailure(); ++file) {
    std::filesystem::remove(folder_.file());
    next_ = 0;
    expected_ = {};
    {
      Session session(folder_.file());
      for (const Series& series : KillScript::series()) session.declare(series);
      session.flush();
    }
    {  // As a program of the first version left it.
      auto db = sqlite::Connection::open(folder_.file(), sqlite::Connection::Mode::read_write);
      ASSERT_TRUE(db);
      std::string sql = R"sql(
        BEGIN;
        CREATE TABLE value_rows (ts INTEGER NOT NULL,
          series_id INTEGER NOT NULL REFERENCES metric_series (series_id) ON DELETE CASCADE,
          value REAL, success INTEGER NOT NULL, duration_us INTEGER, tags TEXT, PRIMARY KEY (ts, series_id))
          STRICT, WITHOUT ROWID;
        CREATE INDEX values_of_series ON value_rows (series_id, ts);
        UPDATE journal_state SET has_old_rows = 1;)sql";
      for (std::size_t of = 0; of < 2; ++of)
        sql += fmt::format(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
            "INSERT INTO value_rows SELECT {} + (i - {}) * {}, {}, i, 1, 1500, NULL FROM n;",
            kRows - 1, KillScript::kStart, kRows - kAfterStart, KillScript::kGrid,
            to_signed(KillScript::series()[of].id()));
      const auto done = db->execute(sql + "COMMIT");
      ASSERT_TRUE(done) << done.error().text();
    }
    for (std::size_t of = 0; of < 2; ++of)
      for (std::int64_t i = 0; i < kRows; ++i)
        expected_.put({KillScript::kStart + (i - kRows + kAfterStart) * KillScript::kGrid,
                       to_signed(KillScript::series()[of].id())},
                      static_cast<double>(i));
    live(4, kLag, 30'000);
    if (HasFatalFailure()) return;
    {
      Session session(folder_.file());
      ASSERT_TRUE(eventually([&] { return ask("SELECT has_old_rows FROM journal_state") == 0; }));
    }
    look(KillScript(kLag).step(next_), false);
  }
}

}  // namespace
}  // namespace oculus::store
