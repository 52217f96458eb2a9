#include "web/page/series_view.hpp"

#include <fmt/format.h>

#include <array>

#include "model/duration.hpp"
#include "web/page/metrics_view.hpp"
#include "web/page/words.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<microseconds, const char*>, 6> kChartRanges = {
    {{15min, "15 min"}, {1h, "1 h"}, {6h, "6 h"}, {24h, "24 h"}, {7 * 24h, "7 d"}, {30 * 24h, "30 d"}}};

View::List ranges_view(const PageQuery& query, const std::string& path) {
  View::List links;
  for (const auto& [range, words] : kChartRanges) {
    PageQuery other;
    other.range = range;
    other.refresh = query.refresh;
    links.emplace_back()
        .set("href", path + other.address())
        .set("words", words)
        .flag("current", range == query.length());
  }
  return links;
}

View chart_view(const Chart& chart, const Series& series, microseconds range) {
  View view;
  view.set("line", chart.line).set("band", chart.band).maybe("misses", chart.misses);
  View::List marks, times;
  for (const double mark : chart.marks) marks.emplace_back().set("words", humane(mark, series.unit).text());
  for (const TimePoint at : chart.times) {
    const std::string clock = clock_words(at);
    const std::string day = clock.substr(5, 5), time = clock.substr(11, 5);
    times.emplace_back()
        .set("at", to_rfc3339(at))
        .set("words", range > 48h   ? day
                      : range > 12h ? day + " " + time
                                    : time);
  }
  view.list("marks", std::move(marks)).list("times", std::move(times));
  view.set("least", humane(chart.least, series.unit).text()).set("mean", humane(chart.mean, series.unit).text());
  view.set("most", humane(chart.most, series.unit).text());
  view.set("count", grouped(chart.count)).set("failures", grouped(chart.failures));
  view.set("failures_state", chart.failures > 0 ? "failing" : "ok");
  view.set("rate", percentage(chart.count - chart.failures, chart.count, "–"));
  return view;
}

View::List facts_view(const store::SeriesRow& row) {
  const Series& series = row.series;
  View::List facts;
  const auto add = [&](const char* name, std::string words) {
    if (!words.empty()) facts.emplace_back().set("term", name).set("words", std::move(words));
  };
  add("Category", printable(series.category));
  add("Collector", printable(series.name));
  add("Target", printable(series.target));
  add("Unit", printable(series.unit, 40));
  add("Interval", series.interval ? to_string(*series.interval) : "");
  for (const auto& [key, value] : series.tags)
    facts.emplace_back().set("term", printable(key, 60)).set("words", printable(value));
  add("Known since", clock_words(row.created_at) + " UTC");
  add("No longer measured since", row.retired_at ? clock_words(*row.retired_at) + " UTC" : "");
  add("Id", fmt::format("{}", to_signed(row.id)));
  return facts;
}

}  // namespace

View series_view(const store::LatestRow& row, const std::optional<Chart>& chart, const PageQuery& query,
                 TimePoint now) {
  const Series& series = row.series.series;
  View view = value_view(row, now);
  view.set("range", range_words(query.length()));
  view.list("ranges", ranges_view(query, series_address(series, row.series.id)));
  if (chart)
    view.part("chart", chart_view(*chart, series, query.length()));
  else
    view.absent("chart");
  view.list("facts", facts_view(row.series));
  view.set("chart_width", fmt::format("{}", kChartWidth)).set("chart_height", fmt::format("{}", kChartHeight));
  view.set("name", printable(series.name, 80)).set("values", "/" + PageQuery::of(series.name).address());
  return view;
}

}  // namespace oculus::web
