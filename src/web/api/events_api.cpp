#include "web/api/events_api.hpp"

#include <functional>
#include <utility>

#include "web/api/await_pool.hpp"
#include "web/api/bad_request.hpp"
#include "web/api/json_writer.hpp"
#include "web/api/parameters.hpp"

namespace oculus::web::api {
namespace {

std::string events_json(const store::Page<store::EventRow>& page) {
  JsonWriter json;
  json.begin_object().key("items").begin_list();
  for (const auto& [id, event] : page.items) {
    json.begin_object().member("id", id).member("ts", event.at).member("source", event.source);
    json.member("kind", to_string(event.kind)).member("severity", to_string(event.severity));
    json.member("message", event.message).key("payload").checked(event.payload).end_object();
  }
  json.end_list().member("next", page.next).end_object();
  return json.take();
}

}  // namespace

void EventsApi::add_routes(Router& router) {
  router.add("GET", "/api/events", Router::Access::api, std::bind_front(&EventsApi::list, this));
}

asio::awaitable<Response> EventsApi::list(Request request) {
  Parameters in(request, {"source", "kind", "severity", "range", "start", "end", "limit", "order", "cursor"});
  store::EventFilter filter;
  filter.source = in.text("source");
  filter.kind = in.kind();
  filter.least_severity = in.severity();
  const auto span = in.span();
  filter.from = span.from;
  filter.to = span.to;
  filter.limit = in.limit();
  filter.order = in.order();
  filter.cursor = in.cursor();
  if (auto refusal = in.refusal()) co_return std::move(*refusal);

  auto work = [filter = std::move(filter)](store::Reader& reader) {
    const auto page = reader.events(filter);
    return page ? Response::json(events_json(*page)) : refused_page(page.error());
  };
  co_return co_await answer_from(readers_, std::move(work));
}

}  // namespace oculus::web::api
