// The line under the name: is the system well. Pure functions; any thread.
#pragma once

#include "web/page/system_facts.hpp"
#include "web/page/view.hpp"

namespace oculus::web {

[[nodiscard]] View status_view(const SystemFacts& facts);

/// Collectors whose last round failed.
[[nodiscard]] std::size_t failing_count(const std::vector<collect::CollectorView>& collectors);

}  // namespace oculus::web
