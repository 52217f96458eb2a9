#include "web/page/filter_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "model/duration.hpp"
#include "web/page/words.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

constexpr std::array<microseconds, 6> kRanges = {15min, 1h, 6h, 24h, 7 * 24h, 30 * 24h};
constexpr std::array<std::size_t, 5> kLimits = {10, 20, 50, 100, 500};
constexpr std::size_t kMostSuggestions = 200;

void add_option(View::List& options, std::string value, std::string words, bool chosen) {
  options.emplace_back().set("value", std::move(value)).set("words", std::move(words)).flag("chosen", chosen);
}

View::List texts(const std::set<std::string>& all, const std::string& chosen) {
  View::List options;
  for (const std::string& text : all) {
    if (options.size() == kMostSuggestions) break;
    if (printable(text) != text) continue;  // what cannot be shown as it is cannot be chosen either
    add_option(options, text, text, text == chosen);
  }
  return options;
}

template <class Value, std::size_t N>
std::set<Value> with(const std::array<Value, N>& usual, Value chosen) {
  std::set<Value> all(usual.begin(), usual.end());
  all.insert(chosen);
  return all;
}

View::List range_options(std::optional<microseconds> chosen) {
  View::List options;
  for (const microseconds range : with(kRanges, chosen.value_or(kRanges.front())))
    add_option(options, to_string(range), range_words(range), range == chosen);
  return options;
}

}  // namespace

View filter_view(const PageQuery& query, const SystemFacts& facts, std::string_view path, std::size_t limit) {
  std::set<std::string> categories, names, targets;
  if (!query.category.empty()) categories.insert(query.category);
  for (const auto& collector : facts.collectors) {
    names.insert(collector.row.name);
    if (!collector.status) continue;
    categories.insert(collector.status->category);
    for (const Series& series : collector.status->series) targets.insert(series.target);
  }
  View::List limits, orders;
  for (const std::size_t one : with(kLimits, query.limit.value_or(limit)))
    add_option(limits, fmt::format("{}", one), fmt::format("{} rows", one), one == query.limit.value_or(limit));
  add_option(orders, "desc", "newest first", query.order == store::Order::newest_first);
  add_option(orders, "asc", "oldest first", query.order == store::Order::oldest_first);

  View view;
  view.set("path", std::string(path)).flag("filtered", query.filtered()).flag("paused", !query.refresh);
  view.list("categories", texts(categories, query.category));
  view.list("names", texts(names, query.name)).list("targets", texts(targets, query.target));
  view.set("name", printable(query.name)).set("target", printable(query.target));
  view.list("ranges", range_options(query.length()))
      .list("limits", std::move(limits))
      .list("orders", std::move(orders));
  return view;
}

View event_filter_view(const PageQuery& query) {
  View::List severities;
  for (const char* const one : {"debug", "info", "warn", "error", "critical"})
    add_option(severities, one, one, to_string(query.severity.value_or(Severity::debug)) == one);
  View view;
  View::List ranges;
  add_option(ranges, "", "all time", !query.range);
  std::ranges::move(range_options(query.range), std::back_inserter(ranges));
  view.list("severities", std::move(severities)).list("ranges", std::move(ranges));
  view.set("category", printable(query.category)).flag("paused", !query.refresh);
  return view;
}

}  // namespace oculus::web
