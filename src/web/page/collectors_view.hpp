// What runs, how it went and when it runs again. Pure functions; any thread.
#pragma once

#include "web/page/page_query.hpp"
#include "web/page/system_facts.hpp"

namespace oculus::web {

/// Those that the filter by category, name and target lets through; the failing ones first.
[[nodiscard]] View collectors_view(const SystemFacts& facts, const PageQuery& query);

}  // namespace oculus::web
