// A collector whose rounds the test ends by hand, or that answers at once.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collect/collector.hpp"

namespace oculus::collect {

inline Series fake_series(const std::string& name, const std::string& field = {}) {
  Series series;
  series.category = "test";
  series.name = name;
  series.target = "nowhere";
  if (!field.empty()) series.tags.set("field", field);
  series.symbol = *Symbol::parse("test." + name + (field.empty() ? "" : "." + field));
  return series;
}

inline Round round_of(double value) {
  Round round;
  round.values = {value};
  return round;
}

/// What the test holds of a FakeCollector; it outlives the collector.
class Script {
 public:
  std::function<Round(int round)> answer;  // empty: the test ends rounds with `end`
  Round on_cancel = Round::failed("cancelled", "the round was cancelled");

  [[nodiscard]] int begun() const {
    const std::scoped_lock lock(mutex_);
    return begun_;
  }
  [[nodiscard]] int cancelled() const {
    const std::scoped_lock lock(mutex_);
    return cancelled_;
  }
  [[nodiscard]] bool open() const {
    const std::scoped_lock lock(mutex_);
    return static_cast<bool>(done_);
  }
  void end(Round round) {
    Collector::Done done;
    {
      const std::scoped_lock lock(mutex_);
      done = std::exchange(done_, {});
    }
    done(std::move(round));
  }

 private:
  friend class FakeCollector;
  mutable std::mutex mutex_;
  int begun_ = 0, cancelled_ = 0;
  Collector::Done done_;
};

class FakeCollector final : public Collector {
 public:
  FakeCollector(std::shared_ptr<Script> script, std::vector<Series> series)  // shared with the test
      : script_(std::move(script)), series_(std::move(series)) {}

  [[nodiscard]] const std::vector<Series>& series() const noexcept override { return series_; }
  void collect(Deadline, Done done) override {
    int number = 0;
    {
      const std::scoped_lock lock(script_->mutex_);
      number = ++script_->begun_;
      script_->done_ = std::move(done);
    }
    if (script_->answer) script_->end(script_->answer(number));
  }
  void cancel() noexcept override {
    {
      const std::scoped_lock lock(script_->mutex_);
      ++script_->cancelled_;
      if (!script_->done_) return;
    }
    script_->end(script_->on_cancel);
  }

 private:
  std::shared_ptr<Script> script_;
  std::vector<Series> series_;
};

}  // namespace oculus::collect
