#include "web/page/events_view.hpp"

#include <fmt/format.h>

#include "web/page/json_lines.hpp"
#include "web/page/paging_view.hpp"
#include "web/page/words.hpp"

namespace oculus::web {
namespace {

View event_view(const store::EventRow& row, TimePoint now) {
  const Event& event = row.event;
  View view;
  view.set("id", fmt::format("{}", row.id));
  view.set("severity", std::string(to_string(event.severity)));
  view.maybe("kind", event.source == to_string(event.kind) ? "" : std::string(to_string(event.kind)));
  view.set("source", printable(event.source, 80)).set("message", printable(event.message, 600));
  view.set("at", to_rfc3339(event.at)).set("clock", clock_words(event.at)).set("age", age_words(event.at, now));
  view.maybe("payload", event.payload == "{}" || event.payload.empty() ? "" : json_lines(event.payload));
  return view;
}

}  // namespace

View events_view(const store::Page<store::EventRow>& page, const PageQuery& query, std::string_view path,
                 TimePoint now) {
  View::List events;
  for (const auto& row : page.items) events.push_back(event_view(row, now));
  View view;
  view.flag("any", !events.empty()).list("events", std::move(events));
  view.set("range", query.range ? "in the " + range_words(*query.range) : "yet");
  put_paging(view, page.next, query, path);
  return view;
}

}  // namespace oculus::web
