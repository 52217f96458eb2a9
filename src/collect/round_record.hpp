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

/// `what` names the collector as in `http 'api-health'`. A reason that lies with us or the machine (`internal`,
/// `not_permitted`) makes an event of kind error.
Event began_to_fail(const Round& round, std::string_view what, std::string_view category, TimePoint at);
Event recovered(std::string_view what, std::string_view category, TimePoint failing_since, TimePoint at);

}  // namespace oculus::collect
