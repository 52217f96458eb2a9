// The links between the pages of a list. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "web/page/page_query.hpp"
#include "web/page/view.hpp"

namespace oculus::web {

/// Sets `next` with `further` (what the next page holds, in words), and `first` where this is not the first page.
/// `path` is that of the list.
void put_paging(View& view, const std::optional<std::string>& next_cursor, const PageQuery& query,
                std::string_view path);

}  // namespace oculus::web
