#include "web/api/query_api.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "web/api/await_pool.hpp"
#include "web/api/json_body.hpp"
#include "web/api/json_writer.hpp"
#include "web/api/parameters.hpp"

namespace oculus::web::api {
namespace {

using store::Cell;
using Kind = config::Node::Kind;

constexpr std::int64_t kExactInBrowsers = std::int64_t{1} << 53;  // beyond it a double has no neighbours

// A number without fraction and exponent is an integer of SQL, any other is a REAL. Nothing where SQL has no such
// number: one that comes near would find other rows.
std::optional<Cell> number_of(const std::string& text) {
  const auto as = [&](auto number) -> std::optional<Cell> {
    const char* const end = text.data() + text.size();
    const auto [rest, status] = std::from_chars(text.data(), end, number);
    return status == std::errc() && rest == end ? std::optional<Cell>(number) : std::nullopt;
  };
  return text.find_first_of(".eE") == std::string::npos ? as(std::int64_t{}) : as(double{});
}

std::vector<Cell> read_parameters(JsonBody& body) {
  std::vector<Cell> cells;
  const config::Node* const list = body.node("params", Kind::list);
  if (list == nullptr) return cells;
  for (const config::Node& item : list->items) {
    switch (item.kind) {
      case Kind::null:
        cells.emplace_back(nullptr);
        break;
      case Kind::boolean:
        cells.emplace_back(std::int64_t{item.raw == "true" ? 1 : 0});  // as SQL has them
        break;
      case Kind::number:
        if (auto number = number_of(item.raw))
          cells.push_back(std::move(*number));
        else
          body.refuse(item, fmt::format("the parameter {} is beyond what SQL can hold", config::in_quotes(item.raw)),
                      "an integer of 64 bits, a number that a double holds, or a text");
        break;
      case Kind::text:
        cells.emplace_back(item.raw);
        break;
      case Kind::list:
      case Kind::map:
        body.refuse(item, "a parameter is a list or an object", "a text, a number, true, false or null");
        break;
    }
  }
  return cells;
}

struct WriteCell {
  JsonWriter& json;

  void operator()(std::nullptr_t) const { json.value(nullptr); }
  void operator()(std::int64_t number) const {
    if (number > kExactInBrowsers || number < -kExactInBrowsers)
      json.value(std::to_string(number));
    else
      json.value(number);
  }
  void operator()(double number) const {
    if (std::isinf(number))
      json.value(number > 0 ? "Infinity" : "-Infinity");  // JSON has no number for it
    else
      json.value(number);
  }
  void operator()(const std::string& text) const { json.value(text); }
};

std::string table_json(const store::SqlTable& table, std::size_t most_bytes) {
  JsonWriter json;
  bool truncated = table.truncated;
  json.begin_object().key("columns").begin_list();
  for (const std::string& name : table.columns) json.value(name);
  json.end_list().key("rows").begin_list();
  for (const auto& row : table.rows) {
    if (json.size() > most_bytes) {  // escapes may make a text six times as long
      truncated = true;
      break;
    }
    json.begin_list();
    for (const Cell& cell : row) std::visit(WriteCell{json}, cell);
    json.end_list();
  }
  json.end_list().member("truncated", truncated).end_object();
  return json.take();
}

Response answer(store::SqlReader& reader, const std::string& text, const QueryLimits& limits, Deadline deadline) {
  JsonBody body(text, limits.body, {"sql", "params"});
  const auto sql = body.text("sql");
  store::SqlQuery query{sql.value_or(""), read_parameters(body), limits.time, limits.rows, limits.bytes};
  if (auto refusal = body.refusal()) return std::move(*refusal);
  if (!sql) {
    body.refuse("sql", "sql is missing", R"({"sql": "SELECT …", "params": […]})");
    return body.refusal().value();
  }
  const auto table = reader.run(query, deadline);
  return table ? Response::json(table_json(*table, limits.bytes)) : Response::problem(table.error());
}

}  // namespace

void QueryApi::add_routes(Router& router) {
  router.add("POST", "/api/query", Router::Access::api, std::bind_front(&QueryApi::run, this));
}

asio::awaitable<Response> QueryApi::run(Request request) {
  if (auto refusal = Parameters(request, {}).refusal()) co_return std::move(*refusal);
  const Deadline deadline = Clock::now() + limits_.time;
  auto work = [body = std::move(request.body), limits = limits_, deadline](store::SqlReader& reader) {
    return answer(reader, body, limits, deadline);
  };
  // The sandbox ends a query that runs; a little later we stop to wait for one that has not had its turn.
  constexpr auto kGrace = std::chrono::milliseconds(250);
  if (auto response = co_await ask_until(deadline + kGrace, sql_, std::move(work))) co_return std::move(*response);
  co_return Response::problem(Error{ErrorKind::timed_out,
                                    fmt::format("the query had no turn within {} ms", limits_.time.count()),
                                    "try again when fewer queries run",
                                    {}});
}

}  // namespace oculus::web::api
