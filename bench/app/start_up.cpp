// The whole program, as it is released: from exec to the first answer, with nothing stored and with much; memory with
// the page open in a browser; size.
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "app/running.hpp"
#include "measure/machine.hpp"
#include "measure/options.hpp"
#include "measure/require.hpp"
#include "measure/scratch.hpp"
#include "measure/spread.hpp"
#include "measure/stopwatch.hpp"
#include "measure/table.hpp"
#include "store/engine.hpp"

namespace {

using namespace oculus::bench;
using namespace std::chrono_literals;

// A server to start: its command for a port, and what is asked of it.
struct Starter {
  std::string name;
  std::function<std::vector<std::string>(std::uint16_t port)> command;
  std::string path;
};

struct Start {
  double wall = 0, processor = 0;  // seconds from just before exec to the whole answer
  std::uint64_t resident = 0;      // right then
};

Start start(const Starter& starter, const std::string& folder) {
  const std::uint16_t port = free_port();
  const std::vector<std::string> command = starter.command(port);
  const Stopwatch watch;
  Running running(command, folder);
  while (!get(port, starter.path)) {
    if (watch.spent().wall > 60) give_up(starter.name + " does not answer");
    std::this_thread::sleep_for(200us);
  }
  return {watch.spent().wall, running.processor_time(), running.memory("VmRSS")};
}

// Fills a database of its own for a size.
std::string filled(const Scratch& scratch, const Options& options, std::size_t samples) {
  const std::string path = scratch.file(fmt::format("{}.db", samples));
  MadeUp data({options.series, samples, options.microseconds});
  const auto engine = open_engine(path, data.series());
  fill(*engine, data);
  return path;
}

std::string megabytes(std::uint64_t bytes) { return to_text(static_cast<double>(bytes) / 1e6); }

void print_starts(const std::vector<Starter>& starters, const std::string& folder, std::size_t times) {
  std::vector<std::vector<Start>> starts(starters.size());
  for (std::size_t turn = 0; turn < times; ++turn)
    for (std::size_t i = 0; i < starters.size(); ++i) starts[i].push_back(start(starters[i], folder));
  Table table(fmt::format("Start to the first answered request, {} times in turns", times),
              {"program", "asked for", "ms", "ms of processor time", "MB resident then"});
  for (std::size_t i = 0; i < starters.size(); ++i) {
    std::vector<double> wall, processor, resident;
    for (const Start& one : starts[i]) {
      wall.push_back(one.wall * 1e3);
      processor.push_back(one.processor * 1e3);
      resident.push_back(static_cast<double>(one.resident) / 1e6);
    }
    table.add({starters[i].name, fmt::format("`{}`", starters[i].path), to_text(spread(wall)),
               to_text(spread(processor)), to_text(spread(resident).median)});
  }
  table.print();
}

// A browser with the overview open: the page with what belongs to it, then its parts every five seconds.
void browse(std::uint16_t port, bool first) {
  if (first) {
    const auto page = get(port, "/");
    if (!page) give_up("no page");
  }
  for (const char* const part : {"/partials/status", "/partials/metrics", "/partials/collectors", "/partials/events"})
    if (!get(port, part)) give_up(fmt::format("no {}", part));
}

void print_memory(const std::vector<Starter>& starters, const std::string& folder, int polls) {
  Table table(fmt::format("Memory with the page open, after {} refreshes 5 s apart", polls),
              {"program", "MB resident", "of these its own (anonymous)", "of files (program, libraries, database)",
               "most so far", "processor time, % of one core"});
  struct Open {
    std::uint16_t port;
    std::unique_ptr<Running> running;
  };
  std::vector<Open> open;
  for (const Starter& starter : starters) {
    const std::uint16_t port = free_port();
    open.push_back({port, std::make_unique<Running>(starter.command(port), folder)});
    const Stopwatch watch;
    while (!get(port, "/healthz")) {
      if (watch.spent().wall > 60) give_up(starter.name + " does not answer");
      std::this_thread::sleep_for(10ms);
    }
  }
  std::vector<double> before;
  for (const Open& one : open) {
    browse(one.port, true);
    before.push_back(one.running->processor_time());
  }
  const Stopwatch watch;
  for (int poll = 0; poll < polls; ++poll) {
    std::this_thread::sleep_for(5s);
    for (const Open& one : open) browse(one.port, false);
  }
  for (std::size_t i = 0; i < open.size(); ++i) {
    const Running& running = *open[i].running;
    const double share = (running.processor_time() - before[i]) / watch.spent().wall;
    table.add({starters[i].name, megabytes(running.memory("VmRSS")), megabytes(running.memory("RssAnon")),
               megabytes(running.memory("RssFile")), megabytes(running.memory("VmHWM")), to_text(100 * share, 2)});
  }
  table.print();
}

void print_size(const std::filesystem::path& program, const Scratch& scratch) {
  const std::string stripped = scratch.file("stripped");
  Running strip({"strip", "-o", stripped, program.string()}, ".");
  if (strip.wait() != 0) give_up("strip does not work");
  Table table("Size of the program", {"", "MB"});
  table.add({"as it is built", megabytes(std::filesystem::file_size(program))});
  table.add({"stripped", megabytes(std::filesystem::file_size(stripped))});
  table.print();
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = parse_options(count, arguments, "The whole program: start, memory, size");
  if (options.program.empty()) give_up("name the release binary: --program build/release/oculus");
  const std::string program = std::filesystem::absolute(options.program).string();
  const std::size_t samples = options.samples.value_or(2000);
  const Scratch scratch(std::filesystem::absolute(options.directory));
  const std::string folder = scratch.file("");
  // What is made up lies years back: it is kept.
  const std::string config = scratch.file("keep.yaml");
  std::ofstream(config) << "database: { retention: forever }\n";

  fmt::print("{}\n", machine());
  print_size(program, scratch);

  const auto number = [](std::uint16_t port) { return fmt::format("{}", port); };
  int fresh = 0;
  const auto on_empty = [&](std::uint16_t port) {
    return std::vector<std::string>{program,      "serve",     "--server-port",
                                    number(port), "--db-path", scratch.file(fmt::format("new{}.db", ++fresh))};
  };
  const auto on = [&](const std::string& path) {
    return [&, path](std::uint16_t port) {
      return std::vector<std::string>{program, "serve", "-c", config, "--server-port", number(port), "--db-path", path};
    };
  };
  const auto name = [&](std::size_t size) {
    return fmt::format("Oculus, {:.3g} million samples of {} series", static_cast<double>(size * options.series) / 1e6,
                       options.series);
  };
  const std::string small = filled(scratch, options, std::max<std::size_t>(1, samples / 10));
  const std::string large = filled(scratch, options, samples);

  std::vector<Starter> starters = {{"Oculus, new database", on_empty, "/healthz"},
                                   {"Oculus, new database", on_empty, "/"},
                                   {name(samples / 10), on(small), "/healthz"},
                                   {name(samples), on(large), "/healthz"},
                                   {name(samples), on(large), "/"}};
  if (std::filesystem::exists("/usr/bin/prometheus-blackbox-exporter"))
    starters.push_back({"blackbox exporter",
                        [&](std::uint16_t port) {
                          return std::vector<std::string>{"prometheus-blackbox-exporter",
                                                          "--config.file=/etc/prometheus/blackbox.yml",
                                                          "--web.listen-address=127.0.0.1:" + number(port)};
                        },
                        "/"});
  print_starts(starters, folder, options.smoke ? 1 : 5 * options.repetitions);
  print_memory({{"Oculus, new database", on_empty, {}}, {name(samples), on(large), {}}}, folder, options.smoke ? 0 : 6);
  fmt::print("\n{}\n", machine());
}
