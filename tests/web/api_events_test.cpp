#include "api_harness.hpp"
#include "web/api/events_api.hpp"

namespace oculus::web::api {
namespace {

class EventsApiTest : public ApiTest {
 protected:
  EventsApiTest() {
    api.add_routes(router);
    add({kNoon, "system", EventKind::system, Severity::info, "started", "{}"});
    add({kNoon + 1min, "collector.network.tcp", EventKind::error, Severity::warn, "failing", R"({"reason":"dns"})"});
    add({kNoon + 2min, "api", EventKind::audit, Severity::critical, "\"quoted\"\n", "{}"});
    flush();
  }
  void add(Event event) { ASSERT_TRUE(database.writer->try_send(store::InsertEvent{std::move(event)})); }

  EventsApi api{*database.readers};
};

TEST_F(EventsApiTest, EventsComeNewestFirstWithTheirPayloadAsJson) {
  EXPECT_EQ(get("/api/events").body,
            R"({"items":[)"
            R"({"id":3,"ts":1769860920000000,"source":"api","kind":"audit","severity":"critical",)"
            R"("message":"\"quoted\"\n","payload":{}},)"
            R"({"id":2,"ts":1769860860000000,"source":"collector.network.tcp","kind":"error","severity":"warn",)"
            R"("message":"failing","payload":{"reason":"dns"}},)"
            R"({"id":1,"ts":1769860800000000,"source":"system","kind":"system","severity":"info",)"
            R"("message":"started","payload":{}}],"next":null})");
}

TEST_F(EventsApiTest, FiltersAndPages) {
  const std::pair<std::string_view, std::size_t> cases[] = {
      {"?source=api", 1},     {"?kind=error", 1},
      {"?severity=warn", 2},  {"?severity=debug", 3},
      {"?severity=error", 1}, {"?kind=audit&source=system", 0},
      {"?limit=2", 2},        {"?start=2026-01-31T12:01:00Z&order=asc", 2}};
  for (const auto& [query, count] : cases)
    EXPECT_EQ(json(get("/api/events" + std::string(query))).at("items").as_array().size(), count) << query;
  const auto first = json(get("/api/events?limit=2"));
  const auto rest = json(get("/api/events?limit=2&cursor=" + std::string(first.at("next").as_string())));
  ASSERT_EQ(rest.at("items").as_array().size(), 1U);
  EXPECT_EQ(rest.at("items").at(0).at("message"), "started");
}

TEST_F(EventsApiTest, BadParametersAre400) {
  for (const std::string_view query : {"?severity=fatal", "?kind=x", "?limit=0", "?cursor=1", "?symbol=x", "?source="})
    EXPECT_EQ(get("/api/events" + std::string(query)).status, 400) << query;
}

}  // namespace
}  // namespace oculus::web::api
