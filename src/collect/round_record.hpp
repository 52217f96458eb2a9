// What a round leaves behind: samples with one stamp, and the events of a verdict that changed. Plain functions; any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collect/collector.hpp"
#include "model/event.hpp"

namespace oculus::collect {

/// One sample for the main value, always, and one for each further value that was measured.
std::vector<Sample> samples_of(const Round& round, const std::vector<Series>& series, TimePoint at, int attempts);

/// A reason that lies with us or this machine, not with the target: `internal`, `not_permitted`.
bool is_ours(std::string_view reason) noexcept;

/// `what` names the collector as in `http 'api-health'`. A reason that is ours makes an event of kind error.
Event began_to_fail(const Round& round, std::string_view what, std::string_view category, TimePoint at);
Event recovered(std::string_view what, std::string_view category, TimePoint failing_since, TimePoint at);
/// A collector that does not keep what Collector promises.
Event broken(std::string_view what, std::string_view category, std::string_view how);

}  // namespace oculus::collect
