#include "web/page/page.hpp"

#include <utility>

#include "web/api/await_pool.hpp"
#include "web/page/asset_routes.hpp"

namespace oculus::web {
namespace {

// A part changes with every round, and what is shown belongs to who asked.
Response fresh(Response response) {
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

// A copy of what is known of thousands of collectors takes milliseconds, so a reader's thread makes it.
SystemFacts facts_of(const Page::Sources& sources) {
  SystemFacts facts;
  facts.now = now();
  if (const auto* writer = sources.writer) {
    facts.trouble = writer->alive() ? writer->trouble() : "the writer has ended";
    facts.queue_depth = writer->depth();
    facts.queue_capacity = writer->capacity();
    facts.committed = writer->counters().committed;
  }
  facts.collectors = sources.collectors();
  return facts;
}

Response metrics_part(const PageRenderer& page, store::Reader& reader, const PageQuery& query,
                      const SystemFacts& facts) {
  return Response::html(page.metrics(reader, query, facts));
}

Response events_part(const PageRenderer& page, store::Reader& reader, const PageQuery& query,
                     const SystemFacts& facts) {
  return Response::html(page.events(reader, query, facts, "/events", PageRenderer::kFewEvents));
}

Response samples_part(const PageRenderer& page, store::Reader& reader, const PageQuery& query,
                      const SystemFacts& facts) {
  return Response::html(page.samples(reader, query, facts, PageRenderer::kFewSamples));
}

Response collectors_part(const PageRenderer& page, store::Reader&, const PageQuery& query, const SystemFacts& facts) {
  return Response::html(page.collectors(query, facts));
}

Response collectors_page(const PageRenderer& page, store::Reader&, const PageQuery& query, const SystemFacts& facts) {
  return page.collectors_page(query, facts);
}

}  // namespace

Page::Page(Sources sources)
    : sources_(std::move(sources)), renderer_(std::make_shared<const PageRenderer>(sources_.version)) {}

void Page::add_to(Router& router) {
  const auto add = [&](const char* path, Render render) {
    router.add("GET", path, Router::Access::page,
               [this, render = std::move(render)](Request request) { return show(render, std::move(request)); });
  };
  add("/", &PageRenderer::overview);
  add("/samples", &PageRenderer::samples_page);
  add("/events", &PageRenderer::events_page);
  add("/collectors", collectors_page);
  add("/partials/metrics", metrics_part);
  add("/partials/events", events_part);
  add("/partials/samples", samples_part);
  add("/partials/collectors", collectors_part);
  router.add("GET", "/partials/status", Router::Access::page, std::bind_front(&Page::show_status, this));
  router.add("GET", "/series/{series}", Router::Access::page, std::bind_front(&Page::show_series, this));
  add_asset_routes(router);
}

boost::asio::awaitable<Response> Page::show(Render render, Request request) {
  auto query = PageQuery::read(request);
  if (!query) co_return fresh(renderer_->refusal(400, query.error(), facts_of(sources_)));
  auto work = [page = renderer_, render = std::move(render), query = std::move(*query),
               sources = sources_](store::Reader& reader) { return render(*page, reader, query, facts_of(sources)); };
  auto page = co_await api::ask_reader(sources_.readers, std::move(work));
  co_return fresh(page ? std::move(*page) : renderer_->refusal(503, page.error(), facts_of(sources_)));
}

// Small enough to be made at once, and right even while every reader is busy.
boost::asio::awaitable<Response> Page::show_status(Request) {
  co_return fresh(Response::html(renderer_->status(facts_of(sources_))));
}

boost::asio::awaitable<Response> Page::show_series(Request request) {
  const std::string name = request.path_value("series");
  return show([name](const PageRenderer& page, store::Reader& reader, const PageQuery& query,
                     const SystemFacts& known) { return page.series_page(reader, name, query, known); },
              std::move(request));
}

}  // namespace oculus::web
