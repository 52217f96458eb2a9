// A table of samples with the link to its next page. Pure functions; any thread.
#pragma once

#include "web/page/page_query.hpp"

namespace oculus::web {

/// `path` is the page that the link to the next one leads to.
[[nodiscard]] View samples_view(const store::Page<store::MetricRow>& page, const PageQuery& query,
                                std::string_view path, TimePoint now);

}  // namespace oculus::web
