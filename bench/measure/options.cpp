#include "measure/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace oculus::bench {

Options parse_options(int count, char** arguments, const char* about) {
  Options options;
  CLI::App app(about);
  app.add_option("--series", options.series, "how many series")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--samples", options.samples, "how many samples of each series")->check(CLI::PositiveNumber);
  app.add_option("--repetitions", options.repetitions, "how often")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_flag("--microseconds", options.microseconds, "stamps in true microseconds, values with all their digits");
  app.add_option("--directory", options.directory, "where databases are made, and removed afterwards")
      ->capture_default_str()
      ->check(CLI::ExistingDirectory);
  app.add_option("--program", options.program, "the release binary")->check(CLI::ExistingFile);
  app.add_option("--from", options.from, "a database of Oculus that gives the samples")->check(CLI::ExistingFile);
  app.add_option("--only", options.only, "of these, the series whose symbol begins so");
  app.add_flag("--smoke", options.smoke, "tiny data: shows that it works, measures nothing");
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  if (options.smoke) {
    options.series = 8;
    options.samples = 400;
    options.repetitions = 1;
  }
  return options;
}

}  // namespace oculus::bench
