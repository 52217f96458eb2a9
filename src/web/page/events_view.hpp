// The newest events as a list. Pure functions; any thread.
#pragma once

#include "web/page/page_query.hpp"

namespace oculus::web {

/// `path` is the page that the link to the next one leads to.
[[nodiscard]] View events_view(const store::Page<store::EventRow>& page, const PageQuery& query, std::string_view path,
                               TimePoint now);

}  // namespace oculus::web
