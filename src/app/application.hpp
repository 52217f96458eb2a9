// Oculus as a running service: builds the parts in order, runs the main loop, and stops the parts in reverse. The main
// thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/config.hpp"

namespace oculus::app {

/// What a start needs to know; kept for reloads.
struct StartOptions {
  std::string config_path;  // as given on the command line; empty: the default, which may be missing
  config::Overrides overrides;
};

class Application {
 public:
  /// `config` was read from `options` and has no problems. `environment` outlives it.
  Application(config::Config config, StartOptions options, const config::Environment& environment);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// Opens the database, binds the address, starts the collectors. Mistakes of collectors come all together in
  /// `problems`.
  Result<> start(config::Problems& problems);

  /// Where it listens, for people.
  [[nodiscard]] std::string url() const;

  /// Runs until SIGINT or SIGTERM, reloading on SIGHUP and when a file changes; then stops. Gives the number of
  /// accepted rows that the database did not take in time: 0 is what you want.
  std::size_t run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oculus::app
