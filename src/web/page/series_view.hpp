// The page of one series: its latest value, its chart, and what describes it. Pure functions; any thread.
#pragma once

#include "web/page/chart.hpp"
#include "web/page/page_query.hpp"

namespace oculus::web {

[[nodiscard]] View series_view(const store::LatestRow& row, const std::optional<Chart>& chart, const PageQuery& query,
                               TimePoint now);

}  // namespace oculus::web
