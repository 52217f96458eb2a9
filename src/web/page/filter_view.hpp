// The form that narrows what a page shows. Pure functions; any thread.
#pragma once

#include "web/page/page_query.hpp"
#include "web/page/system_facts.hpp"

namespace oculus::web {

/// `path` is the page that the form asks for; `limit` is what it shows where the query says nothing. Suggestions come
/// from the collectors that run.
[[nodiscard]] View filter_view(const PageQuery& query, const SystemFacts& facts, std::string_view path,
                               std::size_t limit);

/// The same for the page of events, which has severities instead.
[[nodiscard]] View event_filter_view(const PageQuery& query);

}  // namespace oculus::web
