#include "web/api/metrics_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "config/problems.hpp"
#include "model/duration.hpp"
#include "model/nearest.hpp"
#include "web/api/await_pool.hpp"
#include "web/api/bad_request.hpp"
#include "web/api/chart_steps.hpp"
#include "web/api/json_writer.hpp"
#include "web/api/parameters.hpp"
#include "web/find_series.hpp"

namespace oculus::web::api {
namespace {

using store::Reader;

constexpr microseconds kUsualChart = std::chrono::hours(24);

std::string text_of(SeriesId id) { return std::to_string(to_signed(id)); }

std::string samples_json(const store::Page<store::MetricRow>& page) {
  JsonWriter json;
  json.begin_object().key("items").begin_list();
  for (const store::MetricRow& row : page.items) {
    json.begin_object().member("ts", row.at).member("series_id", text_of(row.series));
    json.member("category", row.category).member("symbol", unless_empty(row.symbol)).member("name", row.name);
    json.member("target", row.target).member("value", row.value).member("unit", row.unit);
    json.member("success", row.success).member("duration_ms", milliseconds(row.took)).member("tags", row.tags);
    json.end_object();
  }
  json.end_list().member("next", page.next).end_object();
  return json.take();
}

std::string series_json(const store::LatestRow& row) {
  const Series& series = row.series.series;
  const auto symbol = series.symbol ? std::optional<std::string_view>(series.symbol->text()) : std::nullopt;
  JsonWriter json;
  json.begin_object().member("series_id", text_of(row.series.id)).member("symbol", symbol);
  json.member("category", series.category).member("name", series.name).member("target", series.target);
  json.member("unit", series.unit).member("description", series.description).member("tags", series.tags);
  if (series.interval)
    json.member("interval_ms", series.interval->count());
  else
    json.member("interval_ms", nullptr);
  json.member("created_at", row.series.created_at)
      .member("updated_at", row.series.updated_at)
      .member("retired_at", row.series.retired_at)
      .key("latest");
  if (const auto& sample = row.sample) {
    json.begin_object().member("ts", sample->at).member("value", sample->value).member("success", sample->success);
    json.member("duration_ms", milliseconds(sample->took)).member("tags", sample->tags).end_object();
  } else {
    json.value(nullptr);
  }
  json.end_object();
  return json.take();
}

std::string points_json(const store::PointsQuery& query, const std::vector<store::Point>& points) {
  JsonWriter json;
  json.begin_object().member("symbol", query.symbol).member("start", query.from).member("end", query.to);
  json.member("step_us", query.step.count()).key("items").begin_list();
  for (const store::Point& point : points) {
    json.begin_object().member("ts", point.at).member("mean", point.mean).member("min", point.least);
    json.member("max", point.most).member("count", point.count).member("failures", point.failures).end_object();
  }
  json.end_list().member("next", nullptr).end_object();
  return json.take();
}

std::string stats_json(const std::vector<store::CategoryStats>& categories) {
  store::CategoryStats all;
  for (const store::CategoryStats& one : categories) {
    all.total += one.total;
    all.success += one.success;
    all.failure += one.failure;
  }
  JsonWriter json;
  json.begin_object().member("total", all.total).member("success_count", all.success);
  json.member("failure_count", all.failure).key("by_category").begin_list();
  for (const store::CategoryStats& one : categories) {
    json.begin_object().member("category", one.category).member("total", one.total);
    json.member("success", one.success).member("failure", one.failure).end_object();
  }
  json.end_list().end_object();
  return json.take();
}

Error unknown_series(Reader& reader, const std::string& name) {
  Error error{ErrorKind::not_found,
              fmt::format("there is no series {}", config::in_quotes(name)),
              "a symbol, or a series_id",
              {}};
  const auto all = reader.latest({});
  if (!all) return error;
  std::vector<std::string_view> symbols;
  for (const store::LatestRow& row : *all)
    if (row.series.series.symbol) symbols.emplace_back(row.series.series.symbol->text());
  if (const auto near = nearest(name, symbols)) error.expected = fmt::format("the nearest known symbol is {}", *near);
  return error;
}

Response show_series(Reader& reader, const std::string& name) {
  const auto row = find_series(reader, name);
  if (!row) return Response::problem(row.error());
  return *row ? Response::json(series_json(**row)) : Response::problem(unknown_series(reader, name));
}

// By symbol, so that a chart spans all series that had it one after the other.
Response show_points(Reader& reader, const std::string& name, store::PointsQuery query) {
  const auto row = find_series(reader, name);
  if (!row) return Response::problem(row.error());
  if (!*row) return Response::problem(unknown_series(reader, name));
  const auto& symbol = (*row)->series.series.symbol;
  if (!symbol)
    return Response::problem(404, fmt::format("series {} has no symbol, and charts are drawn by symbol", name),
                             "its samples are at /api/metrics?name=");
  query.symbol = symbol->text();
  const auto points = reader.points(query);
  return points ? Response::json(points_json(query, *points)) : Response::problem(points.error());
}

// What the parameters of a chart say; `in` holds the mistakes.
store::PointsQuery read_chart(Parameters& in) {
  const auto span = in.span();
  auto step = in.duration("step");
  if (step && *step > kLongestStep) {
    in.refuse("step", fmt::format("a step of {} is too long", to_string(*step)),
              fmt::format("at most {}", to_string(kLongestStep)));
    step = kLongestStep;
  }
  store::PointsQuery query;
  query.to = span.to.value_or(now());
  query.from = span.from.value_or(query.to - kUsualChart);
  query.step = step.value_or(usual_step(std::max(query.to - query.from, microseconds(0))));
  query.from = begin_of_step(query.from, query.step);
  if (const auto count = count_steps(query.from, query.to, query.step); count > kMostPoints)
    in.refuse("step", fmt::format("a step of {} makes {} points", to_string(query.step), count),
              fmt::format("at most {} points: a step of {} or more, or a shorter range", kMostPoints,
                          to_string(usual_step(query.to - query.from))));
  return query;
}

}  // namespace

void MetricsApi::add_routes(Router& router) {
  using Access = Router::Access;
  router.add("GET", "/api/metrics", Access::api, std::bind_front(&MetricsApi::samples, this));
  router.add("GET", "/api/metrics/stats", Access::api, std::bind_front(&MetricsApi::stats, this));
  router.add("GET", "/api/metrics/{series}", Access::api, std::bind_front(&MetricsApi::series, this));
  router.add("GET", "/api/metrics/{series}/series", Access::chart, std::bind_front(&MetricsApi::points, this));
}

asio::awaitable<Response> MetricsApi::samples(Request request) {
  Parameters in(request, {"symbol", "category", "name", "target", "range", "start", "end", "limit", "order", "cursor"});
  store::MetricFilter filter;
  filter.symbol = in.symbol();
  filter.category = in.text("category");
  filter.name = in.text("name");
  filter.target = in.text("target");
  const auto span = in.span();
  filter.from = span.from;
  filter.to = span.to;
  filter.limit = in.limit();
  filter.order = in.order();
  filter.cursor = in.cursor();
  if (auto refusal = in.refusal()) co_return std::move(*refusal);

  auto work = [filter = std::move(filter)](Reader& reader) {
    const auto page = reader.metrics(filter);
    return page ? Response::json(samples_json(*page)) : refused_page(page.error());
  };
  co_return co_await answer_from(readers_, std::move(work));
}

asio::awaitable<Response> MetricsApi::stats(Request request) {
  Parameters in(request, {"range", "start", "end"});
  const auto span = in.span();
  if (auto refusal = in.refusal()) co_return std::move(*refusal);

  auto work = [span](Reader& reader) {
    const auto categories = reader.stats(span.from, span.to);
    return categories ? Response::json(stats_json(*categories)) : Response::problem(categories.error());
  };
  co_return co_await answer_from(readers_, std::move(work));
}

asio::awaitable<Response> MetricsApi::series(Request request) {
  if (auto refusal = Parameters(request, {}).refusal()) co_return std::move(*refusal);
  auto work = [name = request.path_value("series")](Reader& reader) { return show_series(reader, name); };
  co_return co_await answer_from(readers_, std::move(work));
}

asio::awaitable<Response> MetricsApi::points(Request request) {
  Parameters in(request, {"range", "start", "end", "step"});
  auto query = read_chart(in);
  if (auto refusal = in.refusal()) co_return std::move(*refusal);
  auto work = [name = request.path_value("series"), query = std::move(query)](Reader& reader) {
    return show_points(reader, name, query);
  };
  co_return co_await answer_from(readers_, std::move(work));
}

}  // namespace oculus::web::api
