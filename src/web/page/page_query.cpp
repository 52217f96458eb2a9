#include "web/page/page_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "model/duration.hpp"
#include "web/page/words.hpp"
#include "web/target.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;
using Parameters = std::vector<std::pair<std::string_view, std::string>>;

constexpr microseconds kLongestRange = 100 * 365 * 24h;

std::optional<std::string> given(const Request& request, std::string_view name) {
  const std::string* value = request.parameter(name);
  return value && !value->empty() ? std::optional(*value) : std::nullopt;
}

std::unexpected<Error> bad(std::string_view name, std::string_view value, std::string_view expected) {
  return invalid(fmt::format("the parameter '{}' is '{}'", name, printable(value, 60)), expected);
}

Result<std::size_t> read_limit(const std::string& text) {
  std::size_t limit = 0;
  const auto [rest, status] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (rest != text.data() + text.size() || status == std::errc::invalid_argument ||
      (status == std::errc() && limit == 0))
    return bad("limit", text, fmt::format("a number of rows from 1 to {}", PageQuery::kMostRows));
  return status == std::errc() ? std::min(limit, PageQuery::kMostRows) : PageQuery::kMostRows;
}

Result<store::Order> read_order(const std::string& text) {
  if (text == "desc" || text == "newest") return store::Order::newest_first;
  if (text == "asc" || text == "oldest") return store::Order::oldest_first;
  return bad("order", text, "desc (newest first) or asc (oldest first)");
}

Result<microseconds> read_range(const std::string& text) {
  const auto range = parse_duration(text);
  if (!range || *range <= 0s || *range > kLongestRange)
    return bad("range", text, "a duration back from now, such as 15m, 24h or 7d, up to 36500d");
  return *range;
}

Parameters parameters(const PageQuery& query, bool with_cursor) {
  const PageQuery usual;
  Parameters all;
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) all.emplace_back(name, std::move(value));
  };
  add("category", query.category);
  add("name", query.name);
  add("target", query.target);
  if (query.range) add("range", to_string(*query.range));
  if (query.limit) add("limit", fmt::format("{}", *query.limit));
  if (query.order != usual.order) add("order", "asc");
  if (query.severity) add("severity", std::string(to_string(*query.severity)));
  if (!query.refresh) add("refresh", "off");
  if (with_cursor) add("cursor", query.cursor);
  return all;
}

std::optional<std::string> or_none(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// Before 1970 there is nothing to find, and subtracting on must not overflow.
TimePoint begin_of(microseconds range, TimePoint now) {
  return range < now.time_since_epoch() ? now - range : TimePoint();
}

}  // namespace

Result<PageQuery> PageQuery::read(const Request& request) {
  PageQuery query;
  query.category = given(request, "category").value_or("");
  query.name = given(request, "name").value_or("");
  query.target = given(request, "target").value_or("");
  query.cursor = given(request, "cursor").value_or("");
  if (const auto text = given(request, "range")) {
    const auto range = read_range(*text);
    if (!range) return std::unexpected(range.error());
    query.range = *range;
  }
  if (const auto text = given(request, "limit")) {
    const auto limit = read_limit(*text);
    if (!limit) return std::unexpected(limit.error());
    query.limit = *limit;
  }
  if (const auto text = given(request, "order")) {
    const auto order = read_order(*text);
    if (!order) return std::unexpected(order.error());
    query.order = *order;
  }
  if (const auto text = given(request, "severity")) {
    query.severity = severity_from(*text);
    if (!query.severity) return bad("severity", *text, "debug, info, warn, error or critical");
  }
  if (const auto text = given(request, "refresh")) {
    if (*text != "on" && *text != "off") return bad("refresh", *text, "on or off");
    query.refresh = *text == "on";
  }
  return query;
}

PageQuery PageQuery::of(std::string collector_name) {
  PageQuery query;
  query.name = std::move(collector_name);
  return query;
}

std::string PageQuery::address(bool with_cursor) const {
  std::string text;
  for (const auto& [key, value] : parameters(*this, with_cursor))
    text += fmt::format("{}{}={}", text.empty() ? '?' : '&', key, encode_percent(value));
  return text;
}

View::List PageQuery::hidden(std::string_view but) const {
  View::List inputs;
  for (auto& [key, value] : parameters(*this, false)) {
    if (key == but) continue;
    inputs.emplace_back().set("name", std::string(key)).set("value", std::move(value));
  }
  return inputs;
}

store::MetricFilter PageQuery::metric_filter(TimePoint now, std::size_t default_limit) const {
  store::MetricFilter filter;
  filter.category = or_none(category);
  filter.name = or_none(name);
  filter.target = or_none(target);
  filter.from = begin_of(length(), now);
  filter.order = order;
  filter.limit = limit.value_or(default_limit);
  filter.cursor = cursor;
  return filter;
}

store::LatestFilter PageQuery::latest_filter() const {
  store::LatestFilter filter;
  filter.category = or_none(category);
  filter.name = or_none(name);
  filter.target = or_none(target);
  return filter;
}

store::EventFilter PageQuery::event_filter(TimePoint now, std::size_t default_limit) const {
  store::EventFilter filter;
  if (!category.empty()) filter.source = "collector." + category;
  filter.least_severity = severity;
  if (range) filter.from = begin_of(*range, now);
  filter.order = order;
  filter.limit = limit.value_or(default_limit);
  filter.cursor = cursor;
  return filter;
}

}  // namespace oculus::web
