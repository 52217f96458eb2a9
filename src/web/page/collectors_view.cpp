#include "web/page/collectors_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "web/page/json_lines.hpp"
#include "web/page/words.hpp"
#include "web/target.hpp"

namespace oculus::web {
namespace {

bool matches(const collect::CollectorView& collector, const PageQuery& query) {
  if (!query.name.empty() && collector.row.name != query.name) return false;
  if (query.category.empty() && query.target.empty()) return true;
  if (!collector.status) return false;  // one that does not run has declared nothing
  if (!query.category.empty() && collector.status->category != query.category) return false;
  return query.target.empty() ||
         std::ranges::any_of(collector.status->series, [&](const Series& s) { return s.target == query.target; });
}

bool is_failing(const collect::CollectorView& collector) {
  return collector.status && collector.status->last_success == false;
}

void put_state(View& view, std::string_view state, std::string_view words) {
  view.set("state", std::string(state)).set("state_words", std::string(words));
}

std::string result_words(const collect::RunStatus& status) {
  if (!status.last_success) return "";
  const std::string took = status.took ? humane(static_cast<double>(status.took->count()) / 1000, "ms").text() : "";
  if (*status.last_success) return took.empty() ? "ok" : "ok in " + took;
  if (status.reason.empty()) return printable(status.detail);
  return printable(status.detail.empty() ? status.reason : status.reason + ": " + status.detail);
}

std::string next_words(const collect::RunStatus& status, TimePoint now) {
  if (status.running || !status.next_run) return "";
  return *status.next_run <= now ? "due" : age_words(*status.next_run, now);
}

View collector_view(const collect::CollectorView& collector, TimePoint now) {
  const store::CollectorRow& row = collector.row;
  const collect::RunStatus status = collector.status.value_or(collect::RunStatus{});
  View view;
  view.set("id", encode_percent(row.type + "." + row.name));
  view.set("type", printable(row.type, 40)).set("name", printable(row.name, 120));
  view.maybe("group", row.group == "default" ? "" : printable(row.group, 80));
  view.set("source", row.source == "config" ? "file" : printable(row.source, 20));
  if (!collector.status)
    put_state(view, "silent", row.enabled ? "not running" : "disabled");
  else if (!status.last_success)
    put_state(view, "silent", "not run yet");
  else
    put_state(view, *status.last_success ? "ok" : "failing", *status.last_success ? "ok" : "failing");

  view.maybe("schedule", printable(status.schedule, 80));
  view.maybe("result", result_words(status));
  view.maybe("last", status.last_run ? age_words(*status.last_run, now) : "");
  view.set("last_at", status.last_run ? to_rfc3339(*status.last_run) : "");
  view.maybe("next", next_words(status, now));
  view.set("next_at", status.next_run ? to_rfc3339(*status.next_run) : "").flag("running", status.running);
  view.set("runs", grouped(status.runs)).set("failures", grouped(status.failures));
  view.set("missed", grouped(status.missed_slots)).flag("any_missed", status.missed_slots > 0);
  view.maybe("since", status.failing_since ? span_words(now - *status.failing_since) : "");
  view.set("since_at", status.failing_since ? to_rfc3339(*status.failing_since) : "");
  view.maybe("answer", status.last_failing_answer.empty() ? "" : json_lines(status.last_failing_answer));
  view.set("answer_at", status.last_failure ? to_rfc3339(*status.last_failure) : "");
  view.set("answer_age", status.last_failure ? age_words(*status.last_failure, now) : "");
  view.set("values", "/" + PageQuery::of(row.name).address());
  return view;
}

}  // namespace

View collectors_view(const SystemFacts& facts, const PageQuery& query) {
  std::vector<const collect::CollectorView*> shown;
  for (const auto& collector : facts.collectors)
    if (matches(collector, query)) shown.push_back(&collector);
  std::ranges::stable_partition(shown, [](const auto* collector) { return is_failing(*collector); });
  View::List views;
  for (const auto* collector : shown) views.push_back(collector_view(*collector, facts.now));
  View view;
  view.flag("any", !views.empty()).list("collectors", std::move(views)).flag("filtered", query.filtered());
  return view;
}

}  // namespace oculus::web
