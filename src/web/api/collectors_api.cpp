#include "web/api/collectors_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "web/api/await_pool.hpp"
#include "web/api/bad_request.hpp"
#include "web/api/json_body.hpp"
#include "web/api/json_writer.hpp"
#include "web/api/parameters.hpp"
#include "web/target.hpp"

namespace oculus::web::api {
namespace {

using collect::CollectorSet;
using collect::CollectorView;
using Kind = config::Node::Kind;

constexpr std::size_t kLargestBody = 64U << 10;  // bytes; it is read and checked on the loop
constexpr std::size_t kLongestName = 200;

void write_status(JsonWriter& json, const collect::RunStatus& status) {
  const auto result = [](bool success) { return std::string_view(success ? "success" : "failure"); };
  json.begin_object().member("running", status.running).member("category", status.category);
  json.member("schedule", status.schedule).member("runs", status.runs).member("failures", status.failures);
  json.member("missed_slots", status.missed_slots).member("last_run", status.last_run);
  json.member("next_run", status.next_run).key("last_result");
  if (status.last_success)
    json.value(result(*status.last_success));
  else
    json.value(nullptr);
  json.member("duration_ms", milliseconds(status.took)).member("reason", unless_empty(status.reason));
  json.member("detail", unless_empty(status.detail)).member("failing_since", status.failing_since);
  json.member("last_failure", status.last_failure).key("last_failing_answer");
  if (status.last_failing_answer.empty())
    json.value(nullptr);
  else
    json.checked(status.last_failing_answer);
  json.key("series").begin_list();
  for (const Series& series : status.series) {
    const auto symbol = series.symbol ? std::optional<std::string_view>(series.symbol->text()) : std::nullopt;
    json.begin_object().member("series_id", std::to_string(to_signed(series.id()))).member("symbol", symbol);
    json.member("unit", series.unit).end_object();
  }
  json.end_list().end_object();
}

enum class Detail { row, row_and_status };

void write_collector(JsonWriter& json, const CollectorView& view, Detail detail) {
  const store::CollectorRow& row = view.row;
  json.begin_object().member("id", row.id).member("type", row.type).member("name", row.name);
  json.member("source", row.source).member("enabled", row.enabled).member("group", row.group);
  json.key("config").checked(row.config).member("created_at", row.created_at).member("updated_at", row.updated_at);
  if (detail == Detail::row_and_status) {
    json.key("status");
    if (view.status)
      write_status(json, *view.status);
    else
      json.value(nullptr);
  }
  json.end_object();
}

Error unknown(const std::string& type, const std::string& name) {
  return {ErrorKind::not_found,
          fmt::format("there is no collector {} {}", config::in_quotes(type), config::in_quotes(name)),
          "GET /api/collectors lists them",
          {}};
}

std::string location_of(const std::string& type, const std::string& name) {
  return "/api/collectors/" + encode_percent(type) + '/' + encode_percent(name);
}

// What the body says; what it leaves out stays as it stands in `wish`.
void read_wish(JsonBody& body, CollectorSet::Wish& wish) {
  if (auto type = body.text("type")) wish.type = std::move(*type);
  if (auto name = body.text("name")) wish.name = std::move(*name);
  if (auto group = body.text("group")) wish.group = std::move(*group);
  if (const auto enabled = body.flag("enabled")) wish.enabled = *enabled;
  if (const auto* config = body.node("config", Kind::map)) wish.config = config::to_json(*config);
  if (wish.name.size() > kLongestName)
    body.refuse("name", fmt::format("the name has {} bytes", wish.name.size()),
                fmt::format("at most {}", kLongestName));
  // One that its own address cannot name could be neither changed nor deleted.
  else if (!wish.name.empty() && !parse_target(location_of("type", wish.name)))
    body.refuse("name", fmt::format("the name {} cannot stand in an address", config::in_quotes(wish.name)),
                "a name without control characters and without a part that is . or ..");
}

// The refusal of the set; a mistake of the configuration with all others that it has.
Response refused(const Error& error, const config::Problems& problems) {
  return problems.none() ? Response::problem(error) : bad_request(problems.list());
}

}  // namespace

void CollectorsApi::add_routes(Router& router) {
  constexpr auto kApi = Router::Access::api;
  constexpr const char* kOne = "/api/collectors/{type}/{name}";
  router.add("GET", "/api/collectors", kApi, std::bind_front(&CollectorsApi::list, this));
  router.add("POST", "/api/collectors", kApi, std::bind_front(&CollectorsApi::create, this));
  router.add("GET", kOne, kApi, std::bind_front(&CollectorsApi::show, this));
  router.add("PUT", kOne, kApi, std::bind_front(&CollectorsApi::replace, this));
  router.add("DELETE", kOne, kApi, std::bind_front(&CollectorsApi::remove, this));
  router.add("POST", "/api/collectors/{type}/{name}/run", kApi, std::bind_front(&CollectorsApi::run_now, this), {});
}

asio::awaitable<Response> CollectorsApi::list(Request request) {
  if (auto refusal = Parameters(request, {}).refusal()) co_return std::move(*refusal);

  auto work = [&set = collectors_](store::Reader& reader) {
    auto rows = reader.collectors();
    if (!rows) return Response::problem(rows.error());
    JsonWriter json;
    json.begin_object().key("items").begin_list();
    for (store::CollectorRow& row : *rows) write_collector(json, set.view(std::move(row)), Detail::row);
    json.end_list().member("next", nullptr).end_object();
    return Response::json(json.take());
  };
  co_return co_await answer_from(readers_, std::move(work));
}

asio::awaitable<Result<CollectorsApi::Found>> CollectorsApi::find(std::string type, std::string name) {
  auto work = [&set = collectors_, type = std::move(type),
               name = std::move(name)](store::Reader& reader) -> Result<Found> {
    auto rows = reader.collectors();
    if (!rows) return std::unexpected(rows.error());
    const auto row = std::ranges::find_if(*rows, [&](const auto& one) { return one.type == type && one.name == name; });
    if (row == rows->end()) return std::unexpected(unknown(type, name));
    Found found{set.view(std::move(*row)), {}};
    JsonWriter json;
    write_collector(json, found.view, Detail::row_and_status);
    found.json = json.take();
    return found;
  };
  auto found = co_await ask_reader(readers_, std::move(work));
  if (!found) co_return std::unexpected(found.error());
  co_return std::move(*found);
}

asio::awaitable<Response> CollectorsApi::show(Request request) {
  if (auto refusal = Parameters(request, {}).refusal()) co_return std::move(*refusal);
  auto found = co_await find(request.path_value("type"), request.path_value("name"));
  co_return found ? Response::json(std::move(found->json)) : Response::problem(found.error());
}

asio::awaitable<Response> CollectorsApi::create(Request request) {
  if (auto refusal = Parameters(request, {}).refusal()) co_return std::move(*refusal);
  JsonBody body(request.body, kLargestBody, {"type", "name", "enabled", "group", "config"});
  CollectorSet::Wish wish;
  read_wish(body, wish);
  if (auto refusal = body.refusal()) co_return std::move(*refusal);
  if (wish.type.empty()) body.refuse("type", "type is missing", "the kind of collector, such as tcp");
  if (wish.name.empty()) body.refuse("name", "name is missing", "a name that no other collector of the type has");
  if (auto refusal = body.refusal()) co_return std::move(*refusal);

  config::Problems problems;
  auto start = [&](store::Answer done) { collectors_.create(wish, problems, std::move(done)); };
  const auto created = co_await told(std::move(start));
  if (!created) co_return refused(created.error(), problems);
  note(request, "created", wish.type, wish.name);
  auto found = co_await find(wish.type, wish.name);
  if (!found) co_return Response::problem(found.error());
  Response answer = Response::json(std::move(found->json), 201);
  answer.headers.push_back({"Location", location_of(wish.type, wish.name)});
  co_return answer;
}

asio::awaitable<Response> CollectorsApi::replace(Request request) {
  if (auto refusal = Parameters(request, {}).refusal()) co_return std::move(*refusal);
  const std::string type = request.path_value("type");
  const std::string name = request.path_value("name");
  JsonBody body(request.body, kLargestBody, {"type", "name", "enabled", "group", "config"});
  if (auto refusal = body.refusal()) co_return std::move(*refusal);
  const auto stored = co_await find(type, name);
  if (!stored) co_return Response::problem(stored.error());

  const store::CollectorRow& old = stored->view.row;
  CollectorSet::Wish wish{type, name, old.enabled, old.group, old.config};  // its *** mean the stored secrets
  read_wish(body, wish);
  if (wish.type != type) body.refuse("type", fmt::format("type is not the {} of the path", type), type);
  if (wish.name != name) body.refuse("name", fmt::format("name is not the {} of the path", name), name);
  if (auto refusal = body.refusal()) co_return std::move(*refusal);

  config::Problems problems;
  auto start = [&](store::Answer done) { collectors_.replace(wish, problems, std::move(done)); };
  const auto replaced = co_await told(std::move(start));
  if (!replaced) co_return refused(replaced.error(), problems);
  note(request, wish.enabled == old.enabled ? "changed" : wish.enabled ? "enabled" : "disabled", type, name);
  auto found = co_await find(type, name);
  co_return found ? Response::json(std::move(found->json)) : Response::problem(found.error());
}

asio::awaitable<Response> CollectorsApi::remove(Request request) {
  if (auto refusal = Parameters(request, {}).refusal()) co_return std::move(*refusal);
  const std::string type = request.path_value("type");
  const std::string name = request.path_value("name");
  auto start = [&](store::Answer done) { collectors_.remove(type, name, std::move(done)); };
  const auto removed = co_await told(std::move(start));
  if (!removed) co_return Response::problem(removed.error());
  note(request, "deleted", type, name);
  co_return Response::no_content();
}

asio::awaitable<Response> CollectorsApi::run_now(Request request) {
  if (auto refusal = Parameters(request, {}).refusal()) co_return std::move(*refusal);
  const std::string type = request.path_value("type");
  const std::string name = request.path_value("name");
  if (const auto started = registry_.run_now(type, name); started)
    co_return Response::json(R"({"status":"started"})", 202);
  const auto found = co_await find(type, name);
  if (!found) co_return Response::problem(found.error());
  co_return Response::problem(409, fmt::format("the collector {} '{}' does not run", type, name),
                              found->view.row.enabled ? "mend what its error event says" : "enable it first");
}

void CollectorsApi::note(const Request& request, std::string_view action, const std::string& type,
                         const std::string& name) {
  JsonWriter payload;
  payload.begin_object().member("action", action).member("type", type).member("name", name);
  payload.member("who", request.peer).end_object();
  Event event;
  event.source = "api";
  event.kind = EventKind::audit;
  event.message = fmt::format("the collector {} '{}' was {} over the API by {}", type, name, action, request.peer);
  event.payload = payload.take();
  writer_.send(store::InsertEvent{std::move(event)}, {});
}

}  // namespace oculus::web::api
