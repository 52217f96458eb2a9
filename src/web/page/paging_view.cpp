#include "web/page/paging_view.hpp"

namespace oculus::web {

void put_paging(View& view, const std::optional<std::string>& next_cursor, const PageQuery& query,
                std::string_view path) {
  PageQuery other = query;
  other.cursor = next_cursor.value_or("");
  view.maybe("next", next_cursor ? std::string(path) + other.address(true) : "");
  view.set("further", query.order == store::Order::newest_first ? "Older" : "Newer");
  view.maybe("first", query.cursor.empty() ? "" : std::string(path) + query.address());
}

}  // namespace oculus::web
