#include "web/page/status_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "web/page/words.hpp"

namespace oculus::web {

std::size_t failing_count(const std::vector<collect::CollectorView>& collectors) {
  return static_cast<std::size_t>(std::ranges::count_if(collectors, [](const collect::CollectorView& collector) {
    return collector.status && collector.status->last_success == false;
  }));
}

View status_view(const SystemFacts& facts) {
  const std::size_t failing = failing_count(facts.collectors);
  const std::size_t all = facts.collectors.size();
  View view;
  view.set("database_state", facts.trouble.empty() ? "ok" : "failing");
  view.set("database", facts.trouble.empty() ? "Database ready" : "Database not ready");
  view.maybe("trouble", printable(facts.trouble));
  view.set("queue", fmt::format("{} of {}", grouped(facts.queue_depth), grouped(facts.queue_capacity)));
  view.set("committed", grouped(facts.committed));
  view.set("collectors_state", failing > 0 ? "failing" : all > 0 ? "ok" : "silent");
  view.set("collectors", all == 0 ? "No collectors"
                         : failing == 0
                             ? fmt::format("{} ok", counted(all, "collector", "collectors"))
                             : fmt::format("{} of {} failing", failing, counted(all, "collector", "collectors")));
  return view;
}

}  // namespace oculus::web
