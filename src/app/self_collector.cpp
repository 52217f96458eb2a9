#include "app/self_collector.hpp"

#include <unistd.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <fstream>
#include <utility>

namespace oculus::app {
namespace {

using collect::Round;

enum Output : std::size_t { kQueueDepth, kCommitted, kDatabaseSize, kMemory, kLoopLag, kOutputs };

struct Declared {
  std::string_view field, unit, description;
};
constexpr std::array<Declared, kOutputs> kDeclared = {{{"queue_depth", "", "values accepted and not yet committed"},
                                                       {"committed", "", "values committed since the start"},
                                                       {"db_size", "B", "size of the database"},
                                                       {"memory", "B", "resident memory of this process"},
                                                       {"loop_lag", "ms", "how long work waits for the main loop"}}};

std::vector<Series> declared_series(std::chrono::milliseconds interval) {
  std::vector<Series> all;
  for (const auto& [field, unit, description] : kDeclared) {
    Series one;
    one.category = "system";
    one.name = "oculus";
    one.target = "self";
    one.tags.set("field", std::string(field));
    one.symbol = *Symbol::parse("oculus." + std::string(field));
    one.unit = unit;
    one.description = description;
    one.interval = interval;
    all.push_back(std::move(one));
  }
  return all;
}

// Second number of /proc/self/statm, in pages.
std::optional<double> resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  if (!(file >> all >> resident)) return std::nullopt;
  return static_cast<double>(resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
}

double milliseconds(Clock::duration length) {  // to 0.01 ms, as all latencies
  return static_cast<double>(std::chrono::duration_cast<microseconds>(length).count() / 10) / 100;
}

class SelfCollector final : public collect::Collector {
 public:
  SelfCollector(const store::StoreWriter& writer, store::ReaderPool& readers, boost::asio::io_context& main_loop,
                std::chrono::milliseconds interval)
      : writer_(writer), readers_(readers), main_loop_(main_loop), series_(declared_series(interval)) {}

  [[nodiscard]] const std::vector<Series>& series() const noexcept override { return series_; }

  void collect(Deadline, Done done) override {
    boost::asio::post(main_loop_, [this, asked = Clock::now(), done = std::move(done)] {
      const auto lag = Clock::now() - asked;
      readers_.submit([this, lag, done](store::Reader& reader) {
        Round round;
        round.values.resize(kOutputs);
        round.values[kQueueDepth] = static_cast<double>(writer_.depth());
        round.values[kCommitted] = static_cast<double>(writer_.counters().committed.load());
        round.values[kMemory] = resident_bytes();
        round.values[kLoopLag] = milliseconds(lag);
        if (const auto facts = reader.facts()) round.values[kDatabaseSize] = static_cast<double>(facts->bytes);
        done(std::move(round));
      });
    });
  }
  void cancel() noexcept override {}  // a round is a matter of milliseconds

 private:
  const store::StoreWriter& writer_;
  store::ReaderPool& readers_;
  boost::asio::io_context& main_loop_;
  const std::vector<Series> series_;
};

}  // namespace

collect::Enrolment self_enrolment(std::chrono::microseconds interval) {
  collect::Enrolment enrolment;
  enrolment.type = "self";
  enrolment.name = "oculus";
  enrolment.group = "oculus";
  if (const auto schedule = collect::Schedule::every(interval)) enrolment.schedule = *schedule;
  return enrolment;
}

std::unique_ptr<collect::Collector> make_self_collector(const store::StoreWriter& writer, store::ReaderPool& readers,
                                                        boost::asio::io_context& main_loop,
                                                        std::chrono::microseconds interval) {
  return std::make_unique<SelfCollector>(writer, readers, main_loop,
                                         std::chrono::floor<std::chrono::milliseconds>(interval));
}

}  // namespace oculus::app
