// The latest values, one card for each collector, and the totals above them. Pure functions; any thread.
#pragma once

#include "web/page/page_query.hpp"
#include "web/page/system_facts.hpp"

namespace oculus::web {

inline constexpr std::size_t kRecentValues = 40;  // of a sparkline

/// Totals of the range asked for; counts of samples follow its category.
[[nodiscard]] View totals_view(const std::vector<store::CategoryStats>& stats, std::uint64_t series,
                               const PageQuery& query, const SystemFacts& facts);

struct CategoryView {
  View about;
  View::List cards;  // one for each collector
};
/// `rows` lie together by category and name.
[[nodiscard]] std::vector<CategoryView> categories_view(const std::vector<store::LatestRow>& rows,
                                                        const SystemFacts& facts);

/// The value of one series with everything that is said beside it.
[[nodiscard]] View value_view(const store::LatestRow& row, TimePoint now);

/// Where the page of a series is.
[[nodiscard]] std::string series_address(const Series& series, SeriesId id);

}  // namespace oculus::web
