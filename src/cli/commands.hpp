// The commands, each with what the command line says of it. They return the exit status. Main thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "cli/console.hpp"
#include "config/config.hpp"

namespace oculus::cli {

inline constexpr int kGood = 0;
inline constexpr int kFailed = 1;  // the check, the statement, the write
inline constexpr int kWrong = 2;   // usage or configuration

/// Where the settings come from; the environment has its say too.
struct Source {
  std::string config_path;  // empty: OCULUS_CONFIG, or the default, which may be missing
  config::Overrides overrides;
};

/// Validates the configuration with all its collectors, and starts nothing.
int check(const Source& source, const config::Environment& environment, Console& console);

struct ProbeOptions {
  std::string type, target;
  std::vector<std::pair<std::string, std::vector<std::string>>> keys;  // of the collector, as on the command line
  bool json = false;
};
/// One round of one collector that is in no configuration.
int probe(const ProbeOptions& options, const Source& source, const config::Environment& environment, Console& console);

struct QueryOptions {
  std::string statement;  // `-`: from standard input; `.schema`: the public relations
  enum class Form { table, json, csv } form = Form::table;
  std::string time_limit = "1m";
  std::size_t row_limit = 100'000;
};
int query(const QueryOptions& options, const Source& source, const config::Environment& environment, Console& console);

/// Current series, their latest values and the age of these; `pattern` may hold `*`.
int symbols(const std::string& pattern, const Source& source, const config::Environment& environment, Console& console);

/// Reads the whole database and says whether it is sound, or the first fault.
int check_db(const Source& source, const config::Environment& environment, Console& console);

/// The kinds of collectors, or with a type the keys of that kind.
int collectors(const std::string& type, Console& console);

struct KeysOptions {
  std::string group;  // a section, a type of collector, `collectors` (what all take) or `file`; empty: all there are
  bool markdown = false;
};
/// The keys of the configuration file: docs/configuration.md is made of these.
int keys(const KeysOptions& options, Console& console);

int version(Console& console);

}  // namespace oculus::cli
