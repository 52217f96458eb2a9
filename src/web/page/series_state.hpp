// How a series is: by its latest sample and the time since. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "store/query.hpp"

namespace oculus::web {

enum class SeriesState {
  silent,  // never measured, or measured without a value
  ok,
  stale,    // the latest sample is older than three intervals, at least five minutes
  failing,  // the latest check failed
};

/// As `data-state` and as a class of the style: `ok`, `silent`, `stale`, `failing`.
std::string_view to_string(SeriesState state) noexcept;
/// As people read it.
std::string_view words(SeriesState state) noexcept;

SeriesState state_of(const store::LatestRow& row, TimePoint now);

/// The reason of a failure as its sample tells it (`timeout`); empty where there is none.
std::string reason_of(const Sample& sample);

}  // namespace oculus::web
