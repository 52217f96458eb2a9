// The sections of the configuration, each from its keys and from what is stronger: environment, then command line. Any
// thread.
#pragma once

#include "config/config.hpp"

namespace oculus::config {

/// What a section is read from, and where its mistakes go. A value that is wrong becomes a problem and the default.
struct Sources {
  const Environment& environment;
  const Overrides& overrides;
  Problems& problems;

  /// A text and where it came from.
  struct Written {
    std::string text;
    Place place;
  };
  /// What is stronger than the file: an option of the command line, else a variable that is set and not empty.
  [[nodiscard]] std::optional<Written> stronger(const std::optional<std::string>& option, const char* name) const;
  [[nodiscard]] std::optional<Written> variable(const char* name) const;

  void problem(std::string what, std::string_view expected, const Place& at) const;
  /// Each text of the key has to pass `right`; `noun` names what it is not: `'x' is no origin`.
  void check_each(const Settings& settings, std::string_view key, bool (*right)(std::string_view),
                  std::string_view noun, std::string_view expected) const;
};

ServerConfig read_server(const Settings& server, const Sources& sources);
DatabaseConfig read_database(const Settings& database, const Sources& sources);
LogConfig read_log(const Settings& log, const Sources& sources);
EgressConfig read_egress(const Settings& egress, const Sources& sources);

}  // namespace oculus::config
