// Runs collectors by their schedules and turns their rounds into samples and events. Works on the probe loop thread;
// its methods may be called from any thread.
//  [G1] Rounds of one collector never overlap; a slot that comes while one runs is missed and counted, never made up
//  for. [G2] All samples of a round carry one stamp in whole milliseconds, of the end of the measurement and at least
//  1 ms after the collector's last. A step of the wall clock over 2 s is an event; stamps and cron follow it, intervals
//  keep their distance. [G3] A failure is tried again `retries` times within the round; only the last verdict is stored
//  (tag `attempts`). [G4] One event says that a collector began to fail, one that it recovered. [G5] At most
//  `most_at_once` rounds are in their first moments, and `most_open` under way; who waits for a turn waits outside its
//  measurement. [G6] A collector that throws, or is silent past its deadline, fails as `internal` with an error event;
//  it holds up nobody else, and has no other round before it has answered. [G7] A time-out that was noticed late is a
//  stall of our own and says nothing of the target: the attempt is made again, once in a round.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collect/collector.hpp"
#include "collect/schedule.hpp"

namespace oculus {
class Storage;
}
namespace oculus::net {
class Loop;
}
namespace oculus::store {
class StoreWriter;
}

namespace oculus::collect {

/// How a collector is run; `type` and `name` tell it from others.
struct Enrolment {
  std::string type, name;
  std::string group = "default";
  Schedule schedule = {};
  std::chrono::microseconds timeout = std::chrono::seconds(10);
  int retries = 0;
  std::chrono::microseconds retry_interval = std::chrono::seconds(1);
};

/// What is known of a collector that runs.
struct RunStatus {
  std::string type, name, category, group;
  std::string schedule;
  bool running = false;
  std::uint64_t runs = 0, failures = 0, missed_slots = 0;
  std::optional<TimePoint> last_run, next_run;
  std::optional<bool> last_success;
  std::string reason, detail;  // of the last round, when it failed
  std::optional<TimePoint> failing_since;
  std::optional<std::chrono::microseconds> took;  // of the last round
  std::string last_failing_answer;                // JSON; empty: none since the start
  std::optional<TimePoint> last_failure;
  std::vector<Series> series;
};

struct RegistrySettings {
  std::size_t most_at_once = 64;
  std::size_t most_open = 512;
  std::chrono::microseconds first_moments = std::chrono::milliseconds(250);
  // The first round comes within this after the start, not a whole interval later.
  std::chrono::microseconds start_spread = std::chrono::seconds(2);
  std::function<TimePoint()> wall_clock = now;
};

class Registry {
 public:
  using Settings = RegistrySettings;

  /// `loop` and `writer` outlive it.
  Registry(net::Loop& loop, store::StoreWriter& writer, Settings settings = {});
  /// For users of the library: keeps the storage open. On one that is opened read only nothing can be started.
  Registry(net::Loop& loop, const Storage& storage, Settings settings = {});
  /// Stops every collector and waits for its end.
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  /// Declares the series and begins to run. Conflict when type and name are taken, or one of the symbols or series is;
  /// Invalid for a collector without series; Database where there is no writer.
  Result<> start(Enrolment enrolment, std::unique_ptr<Collector> collector);

  /// Ends it; nothing of a round under way is stored, and `stopped` is called when it has ended and what was stored
  /// before is accepted. NotFound. The series stay. `gone` retires them: the collector was removed, not merely paused.
  enum class Leaving { paused, gone };
  Result<> stop(const std::string& type, const std::string& name, Leaving leaving, std::function<void()> stopped = {});

  /// Runs it now, apart from its schedule, unless it is running. NotFound.
  Result<> run_now(const std::string& type, const std::string& name);

  /// Stops all and waits until their samples are accepted; false when that had not happened by the deadline (the writer
  /// has no room: shut it down, and the rest ends). Not from the loop's thread. Idempotent.
  bool stop_all(Deadline deadline = Deadline::max());

  [[nodiscard]] std::vector<RunStatus> list() const;  // by type and name
  [[nodiscard]] std::optional<RunStatus> find(const std::string& type, const std::string& name) const;

  struct Totals {
    std::string type;
    std::uint64_t successes = 0, failures = 0, missed_slots = 0;
  };
  [[nodiscard]] std::vector<Totals> totals() const;  // since the start, by type; of collectors that are gone too

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oculus::collect
