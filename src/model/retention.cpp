#include "model/retention.hpp"

#include <algorithm>

#include "model/wildcard.hpp"

namespace oculus {

std::chrono::microseconds Retention::keep_of(std::string_view symbol) const noexcept {
  const Policy* best = nullptr;
  for (const Policy& policy : policies)
    if (matches(policy.pattern, symbol) && (best == nullptr || policy.pattern.size() > best->pattern.size()))
      best = &policy;
  return best == nullptr ? keep : best->keep;
}

TimePoint cutoff(TimePoint present, std::chrono::microseconds keep) noexcept {
  const auto back = std::max(keep, std::chrono::microseconds(0));
  const bool too_far =
      back == Retention::kForever || present.time_since_epoch() < TimePoint::min().time_since_epoch() + back;
  return too_far ? TimePoint::min() : present - back;
}

}  // namespace oculus
