#include "web/api/metrics_page.hpp"

#include <functional>
#include <utility>

#include "web/api/prometheus_text.hpp"

namespace oculus::web::api {
namespace {

void write_writer(PrometheusText& text, const store::StoreWriter& writer) {
  const auto& counters = writer.counters();
  const auto counter = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    text.family(name, "counter", help).sample(value);
  };
  text.family("oculus_writer_up", "gauge", "1 when the writer runs and the database takes what it writes.")
      .sample(std::uint64_t{writer.alive() && writer.trouble().empty() ? 1U : 0U});
  text.family("oculus_writer_queue_depth", "gauge", "Values accepted and not yet committed.")
      .sample(std::uint64_t{writer.depth()});
  text.family("oculus_writer_queue_capacity", "gauge", "Values that the queue holds at most.")
      .sample(std::uint64_t{writer.capacity()});
  counter("oculus_writer_accepted_total", "Values and other rows accepted.", counters.accepted);
  counter("oculus_writer_refused_total", "Values and other rows refused, mostly because the queue was full.",
          counters.refused);
  counter("oculus_writer_committed_total", "Values committed.", counters.committed);
  counter("oculus_writer_retried_total", "Transactions tried again.", counters.retried);
  counter("oculus_writer_set_aside_total", "Rows that the database could not take, kept in error events.",
          counters.set_aside);
  counter("oculus_writer_replaced_total", "Values that replaced one of the same series and time.", counters.replaced);
  text.family("oculus_writer_commit_seconds", "histogram", "How long transactions took.")
      .sample(counters.commit_latency.snapshot());
}

void write_queries(PrometheusText& text, const store::Database& database) {
  text.family("oculus_queries_active", "gauge", "Queries that run now.")
      .sample(std::uint64_t{database.readers->active()}, {{"pool", "readers"}})
      .sample(std::uint64_t{database.sql->active()}, {{"pool", "sql"}});
  text.family("oculus_query_seconds", "histogram", "How long queries took, without the wait for a turn.")
      .sample(database.readers->latency().snapshot(), {{"pool", "readers"}})
      .sample(database.sql->latency().snapshot(), {{"pool", "sql"}});
}

void write_collectors(PrometheusText& text, const collect::Registry& registry) {
  const auto totals = registry.totals();
  text.family("oculus_collector_runs_total", "counter", "Rounds of collectors, by the verdict.");
  for (const auto& one : totals) {
    text.sample(one.successes, {{"type", one.type}, {"result", "success"}});
    text.sample(one.failures, {{"type", one.type}, {"result", "failure"}});
  }
  text.family("oculus_collector_missed_slots_total", "counter", "Slots missed because the round before still ran.");
  for (const auto& one : totals) text.sample(one.missed_slots, {{"type", one.type}});
}

}  // namespace

void MetricsPage::add_routes(Router& router) {
  router.add("GET", "/metrics", Router::Access::machine, std::bind_front(&MetricsPage::show, this));
}

boost::asio::awaitable<Response> MetricsPage::show(Request) {
  PrometheusText text;
  text.family("oculus_build_info", "gauge", "The program that runs.")
      .sample(std::uint64_t{1}, {{"version", version_}, {"compiler", "g++ " __VERSION__}});
  if (database_.writer) write_writer(text, *database_.writer);
  write_queries(text, database_);
  write_collectors(text, registry_);
  Response answer = Response::text(text.take());
  answer.content_type = PrometheusText::kContentType;
  co_return answer;
}

}  // namespace oculus::web::api
