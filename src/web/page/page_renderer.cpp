#include "web/page/page_renderer.hpp"

#include <utility>

#include "web/find_series.hpp"
#include "web/page/asset_routes.hpp"
#include "web/page/chart.hpp"
#include "web/page/collectors_view.hpp"
#include "web/page/events_view.hpp"
#include "web/page/filter_view.hpp"
#include "web/page/metrics_view.hpp"
#include "web/page/samples_view.hpp"
#include "web/page/series_view.hpp"
#include "web/page/status_view.hpp"
#include "web/page/words.hpp"

namespace oculus::web {
namespace {

constexpr std::string_view kOverview = "/", kSamples = "/samples", kEvents = "/events", kCollectors = "/collectors";

// A cursor that is not ours is the fault of who asked; the rest is the database's.
int status_of(const Error& error) { return error.kind == ErrorKind::invalid ? 400 : 200; }

Result<std::optional<Chart>> chart_of(store::Reader& reader, const Series& series, const PageQuery& query,
                                      TimePoint now) {
  if (!series.symbol) return std::optional<Chart>();
  store::PointsQuery points_query;
  points_query.symbol = series.symbol->text();
  points_query.step = chart_step(query.length(), series.interval);
  points_query.to = now;
  points_query.from = query.length() < now.time_since_epoch() ? now - query.length() : TimePoint();
  const auto points = reader.points(points_query);
  if (!points) return std::unexpected(points.error());
  return chart(*points, points_query);
}

}  // namespace

PageRenderer::PageRenderer(std::string version) : version_(std::move(version)) {}

std::string PageRenderer::status(const SystemFacts& facts) const {
  return templates_.render("status", status_view(facts));
}

std::string PageRenderer::metrics(store::Reader& reader, const PageQuery& query, const SystemFacts& facts) const {
  auto wanted = query.latest_filter();
  wanted.recent = kRecentValues;
  const auto filter = query.metric_filter(facts.now, 1);
  const auto rows = reader.latest(wanted);
  const auto stats = reader.stats(filter.from, filter.to);
  for (const Error* error : {rows ? nullptr : &rows.error(), stats ? nullptr : &stats.error()})
    if (error) return notice("The values cannot be read now", *error);

  View::List categories;
  for (auto& [category, cards] : categories_view(*rows, facts))
    categories.push_back(std::move(category.set("cards", templates_.render_each("card", cards))));
  View view;
  view.part("totals", totals_view(*stats, rows->size(), query, facts));
  view.flag("any", !rows->empty()).list("categories", std::move(categories));
  view.flag("filtered", query.filtered()).flag("no_collectors", facts.collectors.empty());
  return templates_.render("metrics", view);
}

std::string PageRenderer::events(store::Reader& reader, const PageQuery& query, const SystemFacts& facts,
                                 std::string_view path, std::size_t limit) const {
  const auto page = reader.events(query.event_filter(facts.now, limit));
  if (!page) return notice("The events cannot be read now", page.error());
  return templates_.render("events", events_view(*page, query, path, facts.now));
}

std::string PageRenderer::collectors(const PageQuery& query, const SystemFacts& facts) const {
  return templates_.render("collectors", collectors_view(facts, query));
}

std::string PageRenderer::samples(store::Reader& reader, const PageQuery& query, const SystemFacts& facts,
                                  std::size_t limit) const {
  const auto page = reader.metrics(query.metric_filter(facts.now, limit));
  if (!page) return notice("The samples cannot be read now", page.error());
  return templates_.render("samples", samples_view(*page, query, kSamples, facts.now));
}

std::string PageRenderer::filter(const PageQuery& query, const SystemFacts& facts, std::string_view path,
                                 std::size_t limit) const {
  return templates_.render("filter", filter_view(query, facts, path, limit));
}

std::string PageRenderer::notice(std::string_view what, const Error& error) const {
  View view;
  view.set("what", std::string(what)).set("why", printable(error.what));
  view.maybe("advice", printable(error.expected));
  return templates_.render("notice", view);
}

Response PageRenderer::overview(store::Reader& reader, const PageQuery& query, const SystemFacts& facts) const {
  View view;
  PageQuery first = query;  // the parts of the overview begin at the newest; a cursor belongs to the page of a table
  first.cursor.clear();
  const std::string address = first.address();
  view.set("address", address);
  view.set("filter", filter(first, facts, kOverview, kFewSamples));
  view.set("metrics", metrics(reader, first, facts));
  view.set("events", events(reader, first, facts, kEvents, kFewEvents));
  view.set("collectors", collectors(first, facts));
  view.set("samples", samples(reader, first, facts, kFewSamples));
  const Frame frame{"Overview", kOverview, "overview", first, facts};
  return Response::html(framed(frame, templates_.render("overview", view)));
}

Response PageRenderer::samples_page(store::Reader& reader, const PageQuery& query, const SystemFacts& facts) const {
  View view;
  if (const auto page = reader.metrics(query.metric_filter(facts.now, kRows)))
    view.set("samples", templates_.render("samples", samples_view(*page, query, kSamples, facts.now)));
  else if (status_of(page.error()) == 400)
    return refusal(400, page.error(), facts);
  else
    view.set("samples", notice("The samples cannot be read now", page.error()));
  view.set("filter", filter(query, facts, kSamples, kRows));
  const Frame frame{"Samples", kSamples, "samples", query, facts, false};
  return Response::html(framed(frame, templates_.render("samples_page", view)));
}

Response PageRenderer::events_page(store::Reader& reader, const PageQuery& query, const SystemFacts& facts) const {
  View view;
  if (const auto page = reader.events(query.event_filter(facts.now, kRows)))
    view.set("events", templates_.render("events", events_view(*page, query, kEvents, facts.now)));
  else if (status_of(page.error()) == 400)
    return refusal(400, page.error(), facts);
  else
    view.set("events", notice("The events cannot be read now", page.error()));
  PageQuery listed = query;  // the part alone would show fewer
  listed.limit = query.limit.value_or(kRows);
  view.set("address", listed.address()).flag("refreshed", query.cursor.empty());
  view.set("filter", templates_.render("event_filter", event_filter_view(query)));
  const Frame frame{"Events", kEvents, "events", query, facts, query.cursor.empty()};
  return Response::html(framed(frame, templates_.render("events_page", view)));
}

Response PageRenderer::collectors_page(const PageQuery& query, const SystemFacts& facts) const {
  View view;
  view.set("collectors", collectors(query, facts)).set("address", query.address());
  const Frame frame{"Collectors", kCollectors, "collectors", query, facts};
  return Response::html(framed(frame, templates_.render("collectors_page", view)));
}

Response PageRenderer::series_page(store::Reader& reader, const std::string& name, const PageQuery& query,
                                   const SystemFacts& facts) const {
  const auto found = find_series(reader, name, kRecentValues);
  if (!found) return refusal(200, found.error(), facts);
  const auto& row = *found;
  if (!row)
    return refusal(
        404, {ErrorKind::not_found, "there is no series " + printable(name, 120), "the overview lists all of them", {}},
        facts);
  const Series& series = row->series.series;
  const std::string path = series_address(series, row->series.id);
  const auto drawn = chart_of(reader, series, query, facts.now);
  if (!drawn) return refusal(200, drawn.error(), facts);
  View view = series_view(*row, *drawn, query, facts.now);

  auto wanted = query.metric_filter(facts.now, 25);
  wanted.category.reset();
  wanted.name.reset();
  wanted.target.reset();
  if (series.symbol)
    wanted.symbol = series.symbol->text();
  else
    wanted.series = row->series.id;
  const auto page = reader.metrics(wanted);
  if (!page) return refusal(status_of(page.error()), page.error(), facts);
  view.set("samples", templates_.render("samples", samples_view(*page, query, path, facts.now)));
  const std::string title = printable(series.symbol ? series.symbol->text() : series.name, 120);
  const Frame frame{title, path, "", query, facts, false};
  return Response::html(framed(frame, templates_.render("series", view)));
}

Response PageRenderer::refusal(int status, const Error& error, const SystemFacts& facts) const {
  constexpr std::pair<int, std::string_view> kTitles[] = {{200, "The database does not answer"},
                                                          {503, "The database does not answer"},
                                                          {400, "That cannot be asked"},
                                                          {404, "Not found"}};
  std::string_view title = kTitles[0].second;
  for (const auto& [known, words] : kTitles)
    if (known == status) title = words;
  const PageQuery usual;
  const Frame frame{title, kOverview, "", usual, facts, false};
  return Response::html(framed(frame, notice(title, error)), status);
}

std::string PageRenderer::framed(const Frame& frame, std::string content) const {
  View view;
  view.set("title", std::string(frame.title)).set("content", std::move(content)).set("version", version_);
  view.set("status", status(frame.facts));
  view.set("style", asset_address("styles/page.css")).set("icon", asset_address("icons/oculus.svg"));
  view.set("theme_script", asset_address("scripts/theme.js")).set("htmx", asset_address("scripts/htmx.js"));
  view.set("morph_script", asset_address("scripts/morph.js"));
  view.set("refresh_script", asset_address("scripts/refresh.js"));
  view.set("ages_script", asset_address("scripts/ages.js")).set("now", to_rfc3339(frame.facts.now));
  for (const std::string_view entry : {"overview", "samples", "events", "collectors"})
    view.flag(entry, entry == frame.current);
  view.flag("reloads", frame.refreshed && frame.query.refresh).flag("refreshed", frame.refreshed);
  view.set("refresh", frame.query.refresh ? "on" : "off").set("other", frame.query.refresh ? "off" : "on");
  view.set("refresh_words", frame.query.refresh ? "Pause" : "Resume");
  view.set("path", std::string(frame.path)).list("hidden", frame.query.hidden("refresh"));
  return templates_.render("layout", view);
}

}  // namespace oculus::web
