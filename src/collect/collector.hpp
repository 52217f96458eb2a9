// What every source of values is to the rest of Oculus: it declares series and measures rounds of values.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/sample.hpp"
#include "model/series.hpp"
#include "model/time.hpp"

namespace oculus::collect {

/// What one round found out. A failed check is a result: `success` is false and `values` keep what was measured.
struct Round {
  bool success = true;
  std::string reason;  // of a failure, one word for the tag `error`: dns, refused, timeout, reset, unreachable, tls,
                       // status, body, …
  std::string detail;  // of a failure, one sentence for people; no secrets
  std::vector<std::optional<double>> values;      // in the order of Collector::series(); empty: not measured this time
  std::optional<std::chrono::microseconds> took;  // on the target alone, never our own queueing
  Tags tags;                                      // dynamic tags of every sample of the round
  std::string evidence;  // of a failure, a JSON object: address connected to, phases, status, headers masked, first 4
                         // KB of body

  static Round failed(std::string reason, std::string detail);
};

/// Owned by the Registry; called on the probe loop thread only.
class Collector {
 public:
  using Done = std::function<void(Round)>;

  virtual ~Collector() = default;

  /// What it gives, the main value first; the same list for as long as the collector lives.
  [[nodiscard]] virtual const std::vector<Series>& series() const noexcept = 0;

  /// Begins one round and returns at once; `done` is called exactly once, from any thread, at the deadline at the
  /// latest. Rounds of one collector never overlap. What blocks belongs on a thread of its own (see make_blocking).
  virtual void collect(Deadline deadline, Done done) = 0;

  /// Ends a round that is under way: `done` still follows, soon. Without a round it does nothing.
  virtual void cancel() noexcept = 0;
};

}  // namespace oculus::collect
