#include "store/fake_storage.hpp"

#include <fmt/format.h>

namespace oculus::store {
namespace {

struct Word {
  std::string operator()(const Sample& row) const {
    return row.value ? fmt::format("{}", *row.value)
                     : fmt::format("none {}", row.tags.find("error") ? *row.tags.find("error") : "");
  }
  std::string operator()(const UpsertSeries& row) const { return "series " + row.series.identity(); }
  std::string operator()(const RetireSeries& row) const { return fmt::format("retire {}", to_signed(row.series)); }
  std::string operator()(const Event& row) const { return "event " + row.message; }
  std::string operator()(const PutCollector& row) const {
    return fmt::format("collector {}/{}", row.row.type, row.row.name);
  }
  std::string operator()(const DeleteCollector& row) const { return fmt::format("delete {}/{}", row.type, row.name); }
};

}  // namespace

std::string word_of(const Write& row) { return std::visit(Word{}, row); }

class FakeDisk::Head final : public Storage {
 public:
  explicit Head(FakeDisk& disk) : disk_(disk) {}

  Result<> begin() override {
    std::unique_lock lock(disk_.mutex_);
    ++disk_.attempts_;
    disk_.at_gate_ = disk_.gate_closed_;
    disk_.changed_.notify_all();
    disk_.changed_.wait(lock, [&] { return !disk_.gate_closed_; });
    disk_.at_gate_ = false;
    disk_.open_.clear();
    if (disk_.trouble_) return std::unexpected(*disk_.trouble_);
    return {};
  }
  Result<> write(const Write& row) override {
    const std::scoped_lock lock(disk_.mutex_);
    std::string word = word_of(row);
    if (disk_.check_)
      if (auto checked = disk_.check_(word); !checked) return checked;
    disk_.open_.push_back(std::move(word));
    return {};
  }
  Result<> commit() override {
    const std::scoped_lock lock(disk_.mutex_);
    if (disk_.trouble_) return std::unexpected(*disk_.trouble_);
    disk_.committed_.push_back(std::exchange(disk_.open_, {}));
    return {};
  }
  void rollback() noexcept override {
    const std::scoped_lock lock(disk_.mutex_);
    disk_.open_.clear();
  }
  Result<Slice> delete_values_before(TimePoint) override { return slice("values deleted"); }
  Result<Slice> delete_events_before(TimePoint) override { return slice("events deleted"); }
  Result<Slice> apply(const Retention&, TimePoint) override { return slice("retention applied"); }
  [[nodiscard]] std::uint64_t replaced() const noexcept override { return 0; }

 private:
  Result<Slice> slice(const char* word) {
    const std::scoped_lock lock(disk_.mutex_);
    if (disk_.cleaning_trouble_) return std::unexpected(*disk_.cleaning_trouble_);
    ++disk_.slices_;
    disk_.committed_.push_back({word});
    const bool done = --disk_.slices_left_ <= 0;
    if (done) disk_.slices_left_ = disk_.slices_needed_;
    return Slice{1, done};
  }

  FakeDisk& disk_;
};

std::vector<FakeDisk::Log> FakeDisk::transactions() const {
  const std::scoped_lock lock(mutex_);
  return committed_;
}

FakeDisk::Log FakeDisk::log() const {
  const std::scoped_lock lock(mutex_);
  Log all;
  for (const Log& rows : committed_) all.insert(all.end(), rows.begin(), rows.end());
  return all;
}

int FakeDisk::attempts() const {
  const std::scoped_lock lock(mutex_);
  return attempts_;
}

int FakeDisk::slices() const {
  const std::scoped_lock lock(mutex_);
  return slices_;
}

void FakeDisk::on_write(std::function<Result<>(const std::string&)> check) {
  const std::scoped_lock lock(mutex_);
  check_ = std::move(check);
}

void FakeDisk::fail(std::optional<Error> reason) {
  const std::scoped_lock lock(mutex_);
  trouble_ = std::move(reason);
}

void FakeDisk::fail_cleaning(std::optional<Error> reason) {
  const std::scoped_lock lock(mutex_);
  cleaning_trouble_ = std::move(reason);
}

void FakeDisk::slices_needed(int count) {
  const std::scoped_lock lock(mutex_);
  slices_needed_ = slices_left_ = count;
}

void FakeDisk::close_gate() {
  const std::scoped_lock lock(mutex_);
  gate_closed_ = true;
}

void FakeDisk::open_gate() {
  const std::scoped_lock lock(mutex_);
  gate_closed_ = false;
  changed_.notify_all();
}

void FakeDisk::await_gate() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return at_gate_; });
}

std::unique_ptr<Storage> FakeDisk::storage() { return std::make_unique<Head>(*this); }

}  // namespace oculus::store
