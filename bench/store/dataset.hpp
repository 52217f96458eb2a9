// The samples that every storage bench writes: made up the same way each time, or read from a database. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "model/sample.hpp"

namespace oculus::bench {

/// A sample and the number of its series, counted from 0: what a table that is lean on purpose stores for it.
struct Row {
  std::uint32_t number = 0;
  Sample sample;
};

class Dataset {
 public:
  virtual ~Dataset() = default;
  [[nodiscard]] const std::vector<Series>& series() const noexcept { return series_; }
  /// Appends about `count` rows in their order of arrival, fewer at the end; false when there are none left.
  virtual bool next(std::size_t count, std::vector<Row>& rows) = 0;

 protected:
  std::vector<Series> series_;
};

/// Every `kStep` one sample of each series: half are latencies (lognormal, to 0.1 ms, with their duration), a quarter
/// prices (a random walk in hundredths), a quarter counters. Stamps are whole milliseconds, 0 to 3 ms late; 2 in 1,000
/// samples failed: no value, and a reason in the tag `error`.
class MadeUp final : public Dataset {
 public:
  static constexpr std::chrono::seconds kStep{30};
  static constexpr TimePoint kBegin{std::chrono::sys_days{std::chrono::year{2025} / 1 / 1}};

  struct Shape {
    std::size_t series = 1000;
    std::size_t samples = 1000;  // of each series
    bool microseconds = false;   // stamps in true microseconds and values with all their digits
    bool bare = false;           // value and time alone: nothing fails, no durations
  };
  explicit MadeUp(Shape shape);

  bool next(std::size_t count, std::vector<Row>& rows) override;
  /// The end of what `next` has given.
  [[nodiscard]] TimePoint present() const noexcept { return kBegin + kStep * round_; }

 private:
  Sample sample(std::size_t number);

  const Shape shape_;
  std::mt19937_64 random_{1};
  std::normal_distribution<double> normal_;
  std::vector<SeriesId> ids_;
  std::vector<double> state_;  // of each series: the middle of a latency's logarithm, the last price, the last count
  std::int64_t round_ = 0;
};

struct Options;
/// What the options ask for; `samples` of each series where they do not say.
std::unique_ptr<Dataset> open_dataset(const Options& options, std::size_t samples, bool bare = false);
/// In words, for the title of a table.
std::string describe(const Options& options, std::size_t samples);

/// What a database of Oculus holds, in order of time: all current series, or those whose symbol begins with `only`.
class Recorded final : public Dataset {
 public:
  explicit Recorded(const std::filesystem::path& database, const std::string& only = {});
  bool next(std::size_t count, std::vector<Row>& rows) override;
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }

 private:
  std::vector<Row> rows_;
  std::size_t given_ = 0;
};

}  // namespace oculus::bench
