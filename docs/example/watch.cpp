// Watches a port, the load of the machine and the room on its disk until Enter is pressed; keeps it all in one file.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <oculus/collect.hpp>
#include <oculus/storage.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

// A collector of one's own. It answers at once, so there is never a round to cancel.
class Load final : public oculus::Collector {
 public:
  const std::vector<oculus::Series>& series() const noexcept override { return series_; }

  void collect(oculus::Deadline, Done done) override {
    double load = 0;
    if (getloadavg(&load, 1) == 1)
      done({.values = {load}});
    else
      done(oculus::Round::failed("unknown", "the system does not tell its load"));
  }

  void cancel() noexcept override {}

 private:
  std::vector<oculus::Series> series_{{.category = "machine", .name = "load", .target = "localhost"}};
};

// What may block is a plain function, run on a thread of its own; what it throws fails the round.
oculus::Round room(oculus::Deadline) {
  return {.values = {static_cast<double>(std::filesystem::space("/").available) / 1e9}};
}

int failed(const oculus::Error& error) {
  std::cerr << "watch: " << error.text() << '\n';
  return 1;
}

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: watch DATABASE HOST PORT\n";
    return 2;
  }
  const oculus::TcpProbeSettings target{
      .name = "port", .host = argv[2], .port = static_cast<std::uint16_t>(std::atoi(argv[3]))};
  const oculus::Series free_space{.category = "machine", .name = "room", .target = "/", .unit = "GB"};

  const auto storage =
      oculus::StorageBuilder(argv[1]).channel_capacity(1024).batch_size(500).batch_flush_interval(1s).build();
  if (!storage) return failed(storage.error());
  oculus::Loop loop("collectors");  // the thread that they share
  const oculus::EgressGate gate;    // the addresses that probes may reach
  oculus::Registry registry(loop, *storage);
  const auto run = [&](std::string name, std::unique_ptr<oculus::Collector> collector) {
    const auto started = registry.start(
        {.type = "example", .name = std::move(name), .schedule = *oculus::Schedule::every(1s), .timeout = 3s},
        std::move(collector));
    if (!started) failed(started.error());
    return started.has_value();
  };
  if (!run("port", oculus::make_tcp_probe(loop, gate, target)) || !run("load", std::make_unique<Load>()) ||
      !run("room", oculus::make_blocking(loop, {free_space}, room)))
    return 1;

  std::cout << "watching; Enter ends it" << std::endl;
  std::cin.get();
  for (const oculus::RunStatus& status : registry.list())
    std::cout << status.name << ": " << status.runs << " rounds, " << status.failures << " failed\n";

  registry.stop_all();  // waits until the samples of the last rounds are accepted
  if (auto written = storage->admin().flush(); !written) return failed(written.error());
  const auto newest = storage->metrics().metrics({.limit = 10});
  if (!newest) return failed(newest.error());
  for (const oculus::MetricRow& row : newest->items)
    std::cout << row.symbol << " = " << (row.value ? std::to_string(*row.value) : "?") << ' ' << row.unit << '\n';
}
