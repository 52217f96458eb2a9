// What the program answers over HTTP: one series' day as JSON, and the bytes of the first view of the page.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
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

void wait_for(std::uint16_t port) {
  const Stopwatch watch;
  while (!get(port, "/healthz")) {
    if (watch.spent().wall > 60) give_up("the program does not answer");
    std::this_thread::sleep_for(1ms);
  }
}

struct Question {
  const char* name;
  std::string path;
};

void print_answers(std::uint16_t port, const Running& running, const std::vector<Question>& questions,
                   std::size_t times) {
  Table table(fmt::format("Answers over one kept connection, {} of each", times),
              {"question", "p50 ms", "p99 ms", "ms of the program's processor time", "bytes of the answer"});
  Visit visit(port);
  for (const Question& question : questions) {
    std::vector<double> walls;
    std::size_t bytes = 0;
    const double before = running.processor_time();
    for (std::size_t i = 0; i < times; ++i) {
      const Stopwatch watch;
      const auto answer = visit.get(question.path, false);
      walls.push_back(watch.spent().wall * 1e3);
      if (!answer) give_up("no answer to " + question.path);
      bytes = answer->size();
    }
    const double processor = (running.processor_time() - before) * 1e3 / static_cast<double>(times);
    std::ranges::sort(walls);
    table.add({question.name, to_text(walls[times / 2]), to_text(walls[times * 99 / 100]), to_text(processor),
               fmt::format("{}", bytes)});
  }
  table.print();
}

// The page and all that it names.
void print_first_view(std::uint16_t port) {
  const auto plain = Visit(port).get("/", false);
  if (!plain) give_up("no page");
  std::set<std::string> paths = {"/"};
  for (const std::string_view attribute : {" src=\"/", "stylesheet\" href=\"/", "icon\" href=\"/"})
    for (std::size_t at = 0; (at = plain->find(attribute, at)) != std::string::npos; at += attribute.size()) {
      const std::size_t begin = at + attribute.size() - 1;
      paths.insert(plain->substr(begin, plain->find('"', begin) - begin));
    }
  Table table("First view of the page, a new database, as it is sent (gzip)", {"", "bytes"});
  std::size_t sum = 0;
  Visit visit(port);
  for (const std::string& path : paths) {
    const auto answer = visit.get(path);
    if (!answer) give_up("no answer to " + path);
    table.add({fmt::format("`{}`", path), fmt::format("{}", answer->size())});
    sum += answer->size();
  }
  table.add({"all", fmt::format("{}", sum)});
  table.print();
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = parse_options(count, arguments, "What the whole program answers over HTTP");
  if (options.program.empty()) give_up("name the release binary: --program build/release/oculus");
  const std::string program = std::filesystem::absolute(options.program).string();
  const Scratch scratch(std::filesystem::absolute(options.directory));
  std::ofstream(scratch.file("oculus.yaml")) << "server: { rate_limit: off }\ndatabase: { retention: forever }\n";
  fmt::print("{}\n", machine());

  MadeUp data({options.series, options.samples.value_or(3000), options.microseconds});
  fill(*open_engine(scratch.file("full.db"), data.series()), data);
  const std::string& symbol = data.series()[std::min<std::size_t>(4, options.series - 1)].symbol->text();
  const auto end = oculus::to_us(data.present());
  const auto range = fmt::format("start={}&end={}", end - std::int64_t{86'400} * 1'000'000, end);
  const auto serve = [&](std::uint16_t port, const char* database) {
    return std::vector<std::string>{program,
                                    "serve",
                                    "-c",
                                    scratch.file("oculus.yaml"),
                                    "--server-port",
                                    fmt::format("{}", port),
                                    "--db-path",
                                    scratch.file(database)};
  };
  {
    const std::uint16_t port = free_port();
    const Running running(serve(port, "full.db"), scratch.file(""));
    wait_for(port);
    print_answers(
        port, running,
        {{"one series' day, points of 30 s", fmt::format("/api/metrics/{}/series?{}&step=30s", symbol, range)},
         {"one series' day, points of 5 min", fmt::format("/api/metrics/{}/series?{}&step=5m", symbol, range)},
         {"one series' day, samples", fmt::format("/api/metrics?symbol={}&{}&limit=10000", symbol, range)},
         {"newest 100 of all series", "/api/metrics"},
         {"`/healthz`, for comparison", "/healthz"}},
        options.smoke ? 5 : 500);
  }
  const std::uint16_t port = free_port();
  const Running running(serve(port, "new.db"), scratch.file(""));
  wait_for(port);
  print_first_view(port);
  fmt::print("\n{}\n", machine());
}
