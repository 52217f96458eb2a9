// The program: the command line, and `serve` behind it.
#include <fmt/format.h>
#include <malloc.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>

#include "app/application.hpp"
#include "app/logging.hpp"
#include "cli/command_line.hpp"
#include "model/printable.hpp"
#include "model/version.hpp"

namespace {

using namespace oculus;

constexpr std::string_view kHowToGoOn =
    "It watches itself. Write what else it shall watch into oculus.yaml here, and it goes on with that: "
    "`oculus collectors` says how\n";

std::string database_of(const config::DatabaseUrl& url) { return url.memory ? "in memory" : url.path; }

/// A thousand connections beside as many probes want more descriptors than the 1,024 that are usual.
void allow_many_descriptors() {
  constexpr rlim_t kEnough = 65'536;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kEnough) return;
  limit.rlim_cur = std::min(limit.rlim_max, kEnough);
  (void)setrlimit(RLIMIT_NOFILE, &limit);  // without it, a server short of them makes room by closing idle connections
}

/// Why a start failed; what it is about is named by the error.
int refuse(const Error& error, const cli::Console& console) {
  console.complain(error.text());
  return cli::kWrong;
}

int serve(const cli::Source& source, cli::Console& console) {
  allow_many_descriptors();
  const config::Environment& environment = config::process_environment();
  config::Problems problems;
  config::Config config = config::load(source.config_path, environment, source.overrides, problems);
  const auto refuse_all = [&] {
    console.complain_lines(problems.text());
    return cli::kWrong;
  };
  if (!problems.none()) return refuse_all();
  const auto logging = app::Logging::start(config.log, environment);
  if (!logging) return refuse(logging.error(), console);

  const bool unconfigured = config.file.empty();
  const std::string database = database_of(config.database.url);
  const std::size_t collectors = config.collectors.size();
  app::Application application(std::move(config), {source.config_path, source.overrides}, environment);
  if (const auto started = application.start(problems); !started) return refuse(started.error(), console);
  if (!problems.none()) return refuse_all();

  spdlog::info("Oculus {} at {}, database {}, {} collectors configured", version(), application.url(), database,
               collectors);
  console.print(fmt::format("Oculus listens at {}\n", application.url()));  // scripts wait for this line
  if (unconfigured) console.print(kHowToGoOn);
  const std::size_t lost = application.run();
  if (lost == 0) return cli::kGood;
  console.complain(fmt::format("the database did not take {} rows in time: they are lost", lost));
  return cli::kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  // One heap for all threads: glibc gives each its own, whose free pages no other can use, and which grows by single
  // pages.
  mallopt(M_ARENA_MAX, 1);
  std::signal(SIGPIPE, SIG_IGN);  // who stops reading is told by the write, whether it is a socket or `| head`
  const config::Environment& environment = config::process_environment();
  cli::Console console = cli::Console::of_process(environment);
  return cli::run(argc, argv, {.serve = serve}, environment, console);
}
