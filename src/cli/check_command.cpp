#include <fmt/format.h>

#include <map>

#include "cli/commands.hpp"
#include "collect/collector_set.hpp"
#include "model/printable.hpp"

namespace oculus::cli {
namespace {

/// `3 collectors (2 http, 1 tcp)`
std::string counted(const std::vector<config::CollectorEntry>& collectors) {
  std::map<std::string, std::size_t> by_type;
  for (const config::CollectorEntry& one : collectors) ++by_type[one.type];
  std::string types;
  for (const auto& [type, count] : by_type) types += fmt::format("{}{} {}", types.empty() ? "" : ", ", count, type);
  const std::size_t count = collectors.size();
  return fmt::format("{} collector{}{}", count, count == 1 ? "" : "s",
                     types.empty() ? "" : fmt::format(" ({})", types));
}

}  // namespace

int check(const Source& source, const config::Environment& environment, Console& console) {
  config::Problems problems;
  const config::Config config = config::load(source.config_path, environment, source.overrides, problems);
  collect::CollectorSet::check(config, problems);
  if (!problems.none()) {
    console.complain_lines(problems.text());
    return kWrong;
  }
  console.print(config.file.empty()
                    ? "no configuration file: good: the defaults hold\n"
                    : fmt::format("{}: good: {}\n", printable(config.file), counted(config.collectors)));
  return kGood;
}

}  // namespace oculus::cli
