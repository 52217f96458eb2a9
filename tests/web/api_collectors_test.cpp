#include <gmock/gmock.h>

#include <future>

#include "api_harness.hpp"
#include "collect/collector_spec.hpp"
#include "collect/fake_collector.hpp"
#include "eventually.hpp"
#include "net/egress_gate.hpp"
#include "net/loop.hpp"
#include "web/api/collectors_api.hpp"

namespace oculus::collect {
namespace {

// One kind that needs no network and has a secret. Rounds fail where the host is `down`.
constexpr config::Field kFields[] = {
    {.key = "host", .help = "a name", .required = true},
    {.key = "key", .type = config::FieldType::secret, .help = "a secret"},
};

std::unique_ptr<Collector> make(const CollectorSpec& spec, const Parts&, config::Problems& problems) {
  const std::string host = spec.settings.text("host").value_or("");
  auto series = spec.series("test", "test", host, "rtt", "ms", "a fake");
  if (!series) {
    problems.add(series.error());
    return nullptr;
  }
  const auto script = std::make_shared<Script>();
  script->answer = [host](int) {
    if (host != "down") return round_of(1);
    Round round = Round::failed("refused", "nobody listens");
    round.evidence = R"({"address":"192.0.2.1"})";
    return round;
  };
  return std::make_unique<FakeCollector>(script, std::vector{*series});
}

constexpr CollectorKind kFake = {"fake", "for tests", std::chrono::seconds(1), kFields, make};
constexpr const CollectorKind* kKinds[] = {&kFake};

}  // namespace

// In place of the product's own kinds, which this program therefore does not link.
std::span<const CollectorKind* const> collector_kinds() { return kKinds; }
const CollectorKind* find_kind(std::string_view type) { return type == kFake.type ? &kFake : nullptr; }

}  // namespace oculus::collect

namespace oculus::web::api {
namespace {

using testing::HasSubstr;
using testing::Not;

class NoVariables final : public config::Environment {
 public:
  const char* find(const std::string&) const override { return nullptr; }
  [[nodiscard]] bool expands(const std::string&) const override { return false; }
};

class CollectorsApiTest : public ApiTest {
 protected:
  CollectorsApiTest() { api.add_routes(router); }
  ~CollectorsApiTest() override {
    registry.stop_all();
    database.writer->shutdown();
  }

  Response post(std::string body) { return call("POST", "/api/collectors", std::move(body)); }
  Response put(std::string_view path, std::string body) { return call("PUT", path, std::move(body)); }
  void add_from_file(const std::string& name) {
    config::Problems problems;
    const std::string text = "{name: " + name + ", host: up}";
    auto node = config::parse(text, config::Syntax::yaml, "oculus.yaml", nullptr, problems);
    const Place place = node.place;
    collectors.apply({{"fake", std::move(node), place}}, problems);
    ASSERT_TRUE(problems.none()) << problems.text();
    flush();
  }
  std::vector<Event> audit() {
    flush();
    store::EventFilter filter;
    filter.kind = EventKind::audit;
    filter.order = store::Order::oldest_first;
    std::vector<Event> events;
    const auto page = database.readers->ask([&](store::Reader& reader) { return reader.events(filter); });
    for (const auto& row : page->items) events.push_back(row.event);
    return events;
  }

  NoVariables no_variables;
  net::EgressGate gate;
  net::Loop probes{"probes"};
  collect::Registry registry{probes, *database.writer};
  collect::CollectorSet collectors{registry, *database.writer, {&probes, &gate}, no_variables};
  CollectorsApi api{collectors, registry, *database.writer, *database.readers};
};

constexpr const char* kOne =
    R"({"type": "fake", "name": "one", "enabled": true, "group": "g", "config": {"host": "up", "key": "hush"}})";

TEST_F(CollectorsApiTest, WhatIsPostedRunsAtOnceAndComesBackWithoutItsSecrets) {
  const auto answer = post(kOne);
  ASSERT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(*answer.header("Location"), "/api/collectors/fake/one");
  const auto stored = json(answer);
  EXPECT_EQ(stored.at("id"), 1);
  EXPECT_EQ(stored.at("type"), "fake");
  EXPECT_EQ(stored.at("name"), "one");
  EXPECT_EQ(stored.at("source"), "api");
  EXPECT_EQ(stored.at("enabled"), true);
  EXPECT_EQ(stored.at("group"), "g");
  EXPECT_EQ(stored.at("config").at("host"), "up");
  EXPECT_EQ(stored.at("config").at("key"), "***");
  EXPECT_GT(stored.at("created_at").as_int64(), to_us(kNoon));
  EXPECT_EQ(stored.at("created_at"), stored.at("updated_at"));
  EXPECT_TRUE(registry.find("fake", "one"));

  const auto list = json(get("/api/collectors"));
  ASSERT_EQ(list.at("items").as_array().size(), 1U);
  EXPECT_FALSE(list.at("items").at(0).as_object().contains("status"));
  EXPECT_EQ(list.at("items").at(0).at("config"), stored.at("config"));
  EXPECT_TRUE(list.at("next").is_null());
}

TEST_F(CollectorsApiTest, OneIsShownWithItsStatus) {
  ASSERT_EQ(post(R"({"type": "fake", "name": "one", "config": {"host": "down"}})").status, 201);
  ASSERT_EQ(call("POST", "/api/collectors/fake/one/run").status, 202);
  const auto shown = [&] { return json(get("/api/collectors/fake/one")).at("status"); };
  ASSERT_TRUE(eventually([&] { return shown().at("last_result") == "failure"; }));
  const auto status = shown();
  EXPECT_EQ(status.at("reason"), "refused");
  EXPECT_EQ(status.at("detail"), "nobody listens");
  EXPECT_EQ(status.at("category"), "test");
  EXPECT_EQ(status.at("schedule"), "30s");
  EXPECT_TRUE(status.at("failing_since").is_int64());
  EXPECT_TRUE(status.at("last_run").is_int64());
  EXPECT_TRUE(status.at("next_run").is_int64());
  EXPECT_EQ(status.at("missed_slots"), 0);
  EXPECT_TRUE(status.at("last_failing_answer").is_object());
  EXPECT_EQ(status.at("series").at(0).at("symbol"), "test.one.rtt");
}

TEST_F(CollectorsApiTest, PutChangesWhatItNamesAndKeepsTheRest) {
  ASSERT_EQ(post(kOne).status, 201);
  auto answer = put("/api/collectors/fake/one", R"({"enabled": false})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json(answer).at("enabled"), false);
  EXPECT_EQ(json(answer).at("group"), "g");
  EXPECT_TRUE(json(answer).at("status").is_null());
  EXPECT_FALSE(registry.find("fake", "one"));

  answer = put("/api/collectors/fake/one",
               R"({"type":"fake","name":"one","enabled":true,"group":"h","config":{"host":"other","key":"***"}})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json(answer).at("config").at("host"), "other");
  EXPECT_EQ(json(answer).at("group"), "h");
  EXPECT_TRUE(registry.find("fake", "one"));
  const auto rows = database.readers->ask([](store::Reader& reader) { return reader.collectors(); });
  EXPECT_THAT(rows->front().config, HasSubstr("hush"));  // *** kept it
}

TEST_F(CollectorsApiTest, DeleteStopsAndForgets) {
  ASSERT_EQ(post(kOne).status, 201);
  const auto answer = call("DELETE", "/api/collectors/fake/one");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.body, "");
  EXPECT_FALSE(registry.find("fake", "one"));
  EXPECT_EQ(get("/api/collectors/fake/one").status, 404);
  EXPECT_EQ(call("DELETE", "/api/collectors/fake/one").status, 404);
}

TEST_F(CollectorsApiTest, NamesInPathsAreEncoded) {
  const auto answer = post(R"({"type": "fake", "name": "a/b c", "config": {"host": "up"}})");
  ASSERT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(*answer.header("Location"), "/api/collectors/fake/a%2Fb%20c");
  EXPECT_EQ(get(*answer.header("Location")).status, 200);
}

TEST_F(CollectorsApiTest, NamesThatNoAddressCanHoldAreRefused) {
  for (const char* name : {".", "..", "a/../b", "a\\\\..\\\\b", "line\\nfeed", "nul\\u0000", "del\\u007f"}) {
    const auto answer = post(R"({"type": "fake", "config": {"host": "up"}, "name": ")" + std::string(name) + "\"}");
    EXPECT_EQ(answer.status, 400) << name << answer.body;
    EXPECT_THAT(answer.body, HasSubstr("cannot stand in an address")) << name;
  }
  EXPECT_TRUE(registry.list().empty());
}

TEST_F(CollectorsApiTest, NumbersAreKeptAsTheyWereWritten) {
  ASSERT_EQ(
      post(R"({"type":"fake","name":"x","config":{"host":"up","tags":{"v":1.10,"n":12345678901234567890}}})").status,
      201);
  EXPECT_THAT(get("/api/collectors/fake/x").body, HasSubstr(R"("tags":{"v":1.10,"n":12345678901234567890})"));
}

TEST_F(CollectorsApiTest, NoChangeOvertakesADeletion) {
  ASSERT_EQ(post(kOne).status, 201);
  std::promise<Result<>> removed;
  std::promise<Result<>> replaced;
  config::Problems problems;
  collectors.remove("fake", "one", [&](const Result<>& outcome) { removed.set_value(outcome); });
  collectors.replace({"fake", "one", false, "g", R"({"host":"up"})"}, problems,
                     [&](const Result<>& outcome) { replaced.set_value(outcome); });
  EXPECT_TRUE(removed.get_future().get());
  const auto outcome = replaced.get_future().get();
  ASSERT_FALSE(outcome);
  const ErrorKind kind = outcome.error().kind;  // it is being deleted, or is gone already
  EXPECT_TRUE(kind == ErrorKind::conflict || kind == ErrorKind::not_found) << outcome.error().text();
  EXPECT_EQ(json(get("/api/collectors")).at("items").as_array().size(), 0U);
  EXPECT_EQ(post(kOne).status, 201) << "the name is not free again";
}

TEST_F(CollectorsApiTest, RefusalsSayWhy) {
  ASSERT_EQ(post(kOne).status, 201);
  add_from_file("two");
  const struct {
    const char *method, *path, *body;
    int status;
    const char* says;
  } cases[] = {
      {"POST", "/api/collectors", kOne, 409, "there is a collector fake 'one' already"},
      {"POST", "/api/collectors", R"({"type":"fake","name":"One","config":{"host":"up"}})", 409, "the symbol"},
      {"POST", "/api/collectors", R"({"type":"fake","name":"two","config":{"host":"up"}})", 409, "already"},
      {"POST", "/api/collectors", R"({"type":"fak","name":"x","config":{}})", 400, "no collector of type 'fak'"},
      {"POST", "/api/collectors", R"({"type":"fake","name":"x","config":{}})", 400, "host"},
      {"POST", "/api/collectors", R"({"type":"fake","name":"x","config":{"hots":"a","interval":"30x"}})", 400, "hots"},
      {"POST", "/api/collectors", R"({"type":"fake","name":"x","config":{"hots":"a","interval":"30x"}})", 400,
       "interval"},
      {"POST", "/api/collectors", R"({"type":"fake","name":"x","config":[]})", 400, "config is a list"},
      {"POST", "/api/collectors", R"({"type":"fake","name":"x","config":{"host":"a","key":"***"}})", 400, "***"},
      {"POST", "/api/collectors", R"({"name":5,"enabled":"yes","typ":"x"})", 400, "name is 5"},
      {"POST", "/api/collectors", R"({"name":5,"enabled":"yes","typ":"x"})", 400, "enabled is 'yes'"},
      {"POST", "/api/collectors", R"({"name":5,"enabled":"yes","typ":"x"})", 400, "the nearest known one is type"},
      {"POST", "/api/collectors", R"({"config":{}})", 400, "type is missing"},
      {"POST", "/api/collectors", R"({"type":"fake","name":"x","name":"y"})", 400, "twice"},
      {"POST", "/api/collectors", "{", 400, "this is not JSON"},
      {"PUT", "/api/collectors/fake/none", "{}", 404, "there is no collector 'fake' 'none'"},
      {"PUT", "/api/collectors/fake/two", R"({"enabled":false})", 403, "belongs to the configuration file"},
      {"PUT", "/api/collectors/fake/one", R"({"name":"other"})", 400, "name is not the one of the path"},
      {"PUT", "/api/collectors/fake/one", R"({"config":{"host":"up","interval":"0s"}})", 400, "interval"},
      {"DELETE", "/api/collectors/fake/two", "", 403, "belongs to the configuration file"},
      {"DELETE", "/api/collectors/fake/none", "", 404, "there is no collector"},
      {"GET", "/api/collectors/fake/none", "", 404, "there is no collector"},
      {"GET", "/api/collectors?limit=5", "", 400, "there is no parameter 'limit'"},
      {"POST", "/api/collectors?dry_run=1", kOne, 400, "there is no parameter 'dry_run'"},
      {"PUT", "/api/collectors/fake/one?force=1", "{}", 400, "there is no parameter 'force'"},
      {"DELETE", "/api/collectors/fake/one?keep=1", "", 400, "there is no parameter 'keep'"},
      {"POST", "/api/collectors/fake/one/run?at=1h", "", 400, "there is no parameter 'at'"},
      {"POST", "/api/collectors/fake/none/run", "", 404, "there is no collector"},
  };
  for (const auto& [method, path, body, status, says] : cases) {
    const auto answer = call(method, path, body);
    EXPECT_EQ(answer.status, status) << method << ' ' << path << ' ' << body << '\n' << answer.body;
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_THAT(answer.body, HasSubstr(says)) << body;
  }
  EXPECT_EQ(post(std::string(70'000, ' ')).status, 413);
  EXPECT_EQ(json(get("/api/collectors")).at("items").as_array().size(), 2U);  // nothing of it was stored
  EXPECT_EQ(registry.list().size(), 2U);
}

TEST_F(CollectorsApiTest, WhatIsPausedIsNotRunByHand) {
  ASSERT_EQ(post(R"({"type":"fake","name":"x","enabled":false,"config":{"host":"up"}})").status, 201);
  const auto answer = call("POST", "/api/collectors/fake/x/run");
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.body, HasSubstr("enable it first"));
}

TEST_F(CollectorsApiTest, EachChangeIsAnAuditEventWithoutSecrets) {
  ASSERT_EQ(post(kOne).status, 201);
  ASSERT_EQ(post(kOne).status, 409);
  ASSERT_EQ(put("/api/collectors/fake/one", R"({"enabled":false})").status, 200);
  ASSERT_EQ(put("/api/collectors/fake/one", R"({"enabled":true})").status, 200);
  ASSERT_EQ(put("/api/collectors/fake/one", R"({"group":"other"})").status, 200);
  ASSERT_EQ(call("DELETE", "/api/collectors/fake/one").status, 204);
  const auto events = audit();
  const std::vector<std::string> actions = {"created", "disabled", "enabled", "changed", "deleted"};
  ASSERT_EQ(events.size(), actions.size());
  for (std::size_t i = 0; i < actions.size(); ++i) {
    EXPECT_EQ(events[i].source, "api");
    EXPECT_EQ(events[i].message, "the collector fake 'one' was " + actions[i] + " over the API by 192.0.2.7");
    EXPECT_EQ(events[i].payload, R"({"action":")" + actions[i] + R"(","type":"fake","name":"one","who":"192.0.2.7"})");
  }
}

}  // namespace
}  // namespace oculus::web::api
