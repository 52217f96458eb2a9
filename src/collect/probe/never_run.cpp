#include "collect/probe/never_run.hpp"

#include <utility>

namespace oculus::collect {
namespace {

class NeverRun final : public Collector {
 public:
  explicit NeverRun(std::vector<Series> series) : series_(std::move(series)) {}
  [[nodiscard]] const std::vector<Series>& series() const noexcept override { return series_; }
  void collect(Deadline /*deadline*/, Done done) override {
    done(Round::failed("internal", "BUG: a collector that was built without a loop was asked to measure"));
  }
  void cancel() noexcept override {}

 private:
  std::vector<Series> series_;
};

}  // namespace

std::unique_ptr<Collector> make_never_run(std::vector<Series> series) {
  return std::make_unique<NeverRun>(std::move(series));
}

}  // namespace oculus::collect
