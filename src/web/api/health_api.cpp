#include "web/api/health_api.hpp"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "web/api/await_pool.hpp"
#include "web/api/json_writer.hpp"

namespace oculus::web::api {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 1s;  // for a reader's turn and its answer

Response not_ready(std::string_view why) {
  JsonWriter json;
  json.begin_object().member("status", "not_ready").member("db", why).end_object();
  return Response::json(json.take(), 503);
}

}  // namespace

void HealthApi::add_routes(Router& router) {
  router.add("GET", "/healthz", Router::Access::open, std::bind_front(&HealthApi::health, this));
  router.add("GET", "/readyz", Router::Access::open, std::bind_front(&HealthApi::readiness, this));
}

asio::awaitable<Response> HealthApi::health(Request) { co_return Response::json(R"({"status":"ok"})"); }

// The parameters of health paths are nobody's business: some watchers add one against caches.
asio::awaitable<Response> HealthApi::readiness(Request) {
  if (const auto trouble = writer_trouble(); !trouble.empty()) co_return not_ready(trouble);
  if (const auto trouble = co_await reader_trouble(); !trouble.empty()) co_return not_ready(trouble);
  co_return Response::json(R"({"status":"ok","db":"ready"})");
}

std::string HealthApi::writer_trouble() {
  const std::uint64_t committed = writer_.counters().committed;
  const std::size_t depth = writer_.depth();
  const bool stuck = queue_.is_stuck(depth >= writer_.capacity(), committed, Clock::now());
  if (!writer_.alive()) return "the writer has ended";
  if (auto trouble = writer_.trouble(); !trouble.empty()) return trouble;
  if (stuck)
    return fmt::format("the queue holds {} of {} values, and none was committed for {} s", depth, writer_.capacity(),
                       QueueWatch::kPatience.count());
  return {};
}

asio::awaitable<std::string> HealthApi::reader_trouble() {
  auto work = [](store::Reader& reader) { return reader.ping(); };
  const auto outcome = co_await ask_until(Clock::now() + kPatience, readers_, std::move(work));
  if (!outcome) co_return fmt::format("the database did not answer within {} s", kPatience.count());
  co_return *outcome ? std::string() : outcome->error().text();
}

}  // namespace oculus::web::api
