// What a page was asked to show: the filters of its address, read and written back. Plain values; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "store/query.hpp"
#include "web/http.hpp"
#include "web/page/view.hpp"

namespace oculus::web {

struct PageQuery {
  static constexpr std::size_t kMostRows = 1000;

  std::string category, name, target;  // empty: all
  std::optional<microseconds> range;   // back from now; empty: the last hour, and for events all time
  std::optional<std::size_t> limit;    // rows of a table; each page has its own default
  store::Order order = store::Order::newest_first;
  std::optional<Severity> severity;  // of events: this one and worse
  std::string cursor;
  bool refresh = true;

  /// Reads the query of a request; an empty value counts as none, as forms send them. Invalid names the parameter. A
  /// limit above kMostRows is that.
  static Result<PageQuery> read(const Request& request);
  /// What belongs to one collector.
  static PageQuery of(std::string collector_name);

  [[nodiscard]] microseconds length() const { return range.value_or(std::chrono::hours(1)); }
  [[nodiscard]] bool filtered() const { return !category.empty() || !name.empty() || !target.empty(); }

  /// `?category=crypto&range=1d`, empty where all is as by default; the cursor only where asked.
  [[nodiscard]] std::string address(bool with_cursor = false) const;
  /// Hidden inputs for a form that changes only `but`.
  [[nodiscard]] View::List hidden(std::string_view but) const;

  [[nodiscard]] store::MetricFilter metric_filter(TimePoint now, std::size_t default_limit) const;
  [[nodiscard]] store::LatestFilter latest_filter() const;
  [[nodiscard]] store::EventFilter event_filter(TimePoint now, std::size_t default_limit) const;
};

}  // namespace oculus::web
