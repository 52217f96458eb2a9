#include "web/page/metrics_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "web/page/series_state.hpp"
#include "web/page/sparkline.hpp"
#include "web/page/status_view.hpp"
#include "web/page/words.hpp"
#include "web/target.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;
using Rows = std::span<const store::LatestRow>;

constexpr std::array<std::string_view, 4> kPhases = {"dns", "connect", "tls", "ttfb"};
constexpr double kBarWidth = 100;  // of its viewBox

std::string field_of(const Series& series) {
  const std::string* field = series.tags.find("field");
  return field ? *field : std::string();
}

std::string symbol_of(const Series& series) {
  return series.symbol ? series.symbol->text() : printable(series.category + "." + series.name, 120);
}

const store::LatestRow* find_field(Rows rows, std::string_view field) {
  const auto found =
      std::ranges::find_if(rows, [&](const store::LatestRow& row) { return field_of(row.series.series) == field; });
  return found == rows.end() ? nullptr : &*found;
}

// The one that the card shows large: the time a check took, or the only value there is.
const store::LatestRow* main_of(Rows rows) {
  if (const auto* rtt = find_field(rows, "rtt")) return rtt;
  return rows.size() == 1 ? &rows.front() : nullptr;
}

bool is_phase(const store::LatestRow& row) {
  return std::ranges::find(kPhases, field_of(row.series.series)) != kPhases.end();
}

// The phases of the last round as parts of one bar; what follows the first byte is the rest of the total.
View::List phases_view(Rows rows, const store::LatestRow* main) {
  if (!main || !main->sample || !main->sample->value) return {};
  struct Phase {
    std::string name;
    double length;
    const store::LatestRow* row;
  };
  std::vector<Phase> phases;
  double sum = 0;
  for (const std::string_view name : kPhases) {
    const auto* row = find_field(rows, name);
    if (!row || !row->sample || row->sample->at != main->sample->at || !row->sample->value) continue;
    const double length = std::max(0.0, *row->sample->value);
    phases.push_back({std::string(name), length, row});
    sum += length;
  }
  if (phases.size() < 2 || sum <= 0) return {};
  if (const double rest = *main->sample->value - sum; rest > 0) {
    phases.push_back({"transfer", rest, nullptr});
    sum += rest;
  }
  View::List views;
  double x = 0;
  for (const Phase& phase : phases) {
    const double width = phase.length / sum * kBarWidth;
    View& view = views.emplace_back();
    view.set("phase", phase.name);
    view.set("x", fmt::format("{:.2f}", x)).set("width", fmt::format("{:.2f}", width));
    view.set("value", humane(phase.length, main->series.series.unit).text());
    view.maybe("href", phase.row ? series_address(phase.row->series.series, phase.row->series.id) : "");
    x += width;
  }
  return views;
}

// What all symbols of a card begin with, up to and with the last dot before the field.
std::string common_prefix(Rows rows) {
  if (rows.size() < 2) return {};
  std::string prefix = symbol_of(rows.front().series.series);
  for (const auto& row : rows) {
    const std::string symbol = symbol_of(row.series.series);
    const auto end = std::ranges::mismatch(prefix, symbol).in1;
    prefix.erase(end, prefix.end());
  }
  const auto dot = prefix.rfind('.');
  return dot == std::string::npos ? "" : prefix.substr(0, dot + 1);
}

TimePoint newest(Rows rows) {
  TimePoint at{};
  for (const auto& row : rows)
    if (row.sample) at = std::max(at, row.sample->at);
  return at;
}

// By the last round alone: one that failed leaves the other series of the card as they were.
SeriesState state_of_card(Rows rows, TimePoint now) {
  const TimePoint last = newest(rows);
  auto state = SeriesState::silent;
  for (const auto& row : rows) {
    if (!row.sample || row.sample->at != last) continue;
    const SeriesState one = state_of(row, now);
    if (state == SeriesState::silent || one > state) state = one;  // a value beside one that is missing is enough
  }
  return state;
}

std::string reason_of_card(Rows rows, const collect::RunStatus* status) {
  std::string reason;
  const TimePoint last = newest(rows);
  for (const auto& row : rows)
    if (row.sample && row.sample->at == last && reason.empty()) reason = reason_of(*row.sample);
  if (!status || status->last_success != false || status->detail.empty()) return printable(reason);
  return printable(status->reason.empty() ? status->detail : status->reason + ": " + status->detail);
}

const collect::RunStatus* status_of(const SystemFacts& facts, const Series& series) {
  for (const auto& collector : facts.collectors)
    if (collector.status && collector.status->name == series.name && collector.status->category == series.category)
      return &*collector.status;
  return nullptr;
}

View card_view(Rows rows, const SystemFacts& facts) {
  const Series& first = rows.front().series.series;
  const auto* main = main_of(rows);
  const SeriesState state = state_of_card(rows, facts.now);
  const std::string prefix = common_prefix(rows);
  const TimePoint at = newest(rows);
  const View::List phases = phases_view(rows, main);

  View view;
  view.set("card", fmt::format("card-{}", to_signed(rows.front().series.id)));
  view.set("name", printable(first.name, 80));
  view.maybe("target", first.target == first.name ? "" : printable(first.target, 160));
  view.set("state", std::string(to_string(state))).set("state_words", std::string(words(state)));
  view.maybe("reason", state == SeriesState::failing ? reason_of_card(rows, status_of(facts, first)) : "");
  view.maybe("age", at == TimePoint() ? "" : age_words(at, facts.now)).set("at", to_rfc3339(at));
  view.maybe("prefix", prefix);
  if (main) {
    View large = value_view(*main, facts.now);
    large.set("leaf", symbol_of(main->series.series).substr(prefix.size()));
    view.part("main", std::move(large));
  } else {
    view.absent("main");
  }
  View::List lines;
  for (const auto& row : rows) {
    if (&row == main || (!phases.empty() && is_phase(row) && row.sample && row.sample->at == at)) continue;
    if (state == SeriesState::failing && !row.sample) continue;  // what it never measured says nothing more
    View line = value_view(row, facts.now);
    line.set("leaf", symbol_of(row.series.series).substr(prefix.size()));
    // All values of a round have one stamp, which stands above; only what is older says its age.
    line.flag("older", row.sample && row.sample->at != at);
    lines.push_back(std::move(line));
  }
  view.flag("has_phases", !phases.empty()).list("phases", phases);
  view.flag("has_rows", !lines.empty()).list("rows", std::move(lines));
  return view;
}

template <class Key>
Rows same(Rows rows, Key key) {
  const auto end = std::ranges::find_if(rows, [&](const auto& row) { return key(row) != key(rows.front()); });
  return {rows.begin(), end};
}

}  // namespace

std::string series_address(const Series& series, SeriesId id) {
  return "/series/" + (series.symbol ? encode_percent(series.symbol->text()) : fmt::format("{}", to_signed(id)));
}

View value_view(const store::LatestRow& row, TimePoint now) {
  const Series& series = row.series.series;
  const SeriesState state = state_of(row, now);
  View view;
  view.set("id", fmt::format("{}", to_signed(row.series.id)));
  view.set("symbol", symbol_of(series)).set("href", series_address(series, row.series.id));
  view.maybe("description", printable(series.description));
  view.set("state", std::string(to_string(state))).set("state_words", std::string(words(state)));
  view.maybe("reason", row.sample ? printable(reason_of(*row.sample)) : "");
  const bool known = row.sample && row.sample->value;
  view.flag("known", known);
  const Quantity shown = known ? humane(*row.sample->value, series.unit) : Quantity{"–", ""};
  view.set("number", shown.number).maybe("unit", shown.unit);
  view.set("exact", known ? fmt::format("{}", *row.sample->value) : "").set("raw_unit", printable(series.unit, 24));
  view.maybe("age", row.sample ? age_words(row.sample->at, now) : "");
  view.set("at", row.sample ? to_rfc3339(row.sample->at) : "");

  constexpr std::array<std::string_view, 3> kWays = {"up", "level", "down"};
  if (const auto way = trend(row.recent))
    view.part("trend", View()
                           .set("arrow", way->arrow)
                           .set("words", way->words)
                           .set("way", std::string(kWays[static_cast<std::size_t>(way->way)])));
  else
    view.absent("trend");
  if (auto spark = sparkline(row.recent))
    view.part("spark", View().set("line", spark->line).maybe("misses", spark->misses).maybe("dot", spark->dot));
  else
    view.absent("spark");
  return view;
}

View totals_view(const std::vector<store::CategoryStats>& stats, std::uint64_t series, const PageQuery& query,
                 const SystemFacts& facts) {
  std::uint64_t total = 0, success = 0;
  for (const auto& one : stats) {
    if (!query.category.empty() && one.category != query.category) continue;
    total += one.total;
    success += one.success;
  }
  const std::size_t failing = failing_count(facts.collectors);
  View view;
  view.set("series", grouped(series)).set("samples", grouped(total)).set("range", range_words(query.length()));
  view.set("rate", percentage(success, total, "–")).set("failures", grouped(total - success));
  view.set("rate_state", total == success ? "ok" : "stale");
  view.set("failing", grouped(failing)).set("failing_state", failing > 0 ? "failing" : "ok");
  view.set("collectors", grouped(facts.collectors.size()));
  return view;
}

std::vector<CategoryView> categories_view(const std::vector<store::LatestRow>& all, const SystemFacts& facts) {
  std::vector<CategoryView> categories;
  for (Rows rest = all; !rest.empty();) {
    const Rows rows = same(rest, [](const store::LatestRow& row) { return row.series.series.category; });
    rest = rest.subspan(rows.size());
    View::List cards;
    for (Rows in_category = rows; !in_category.empty();) {
      const Rows card = same(in_category, [](const store::LatestRow& row) {
        return std::pair(row.series.series.name, row.series.series.target);
      });
      in_category = in_category.subspan(card.size());
      cards.push_back(card_view(card, facts));
    }
    View view;
    view.set("category", printable(rows.front().series.series.category, 80));
    view.set("category_id", encode_percent(rows.front().series.series.category));
    view.set("category_words", fmt::format("{} series", grouped(rows.size())));
    view.flag("single", cards.size() == 1);
    categories.push_back({std::move(view), std::move(cards)});
  }
  return categories;
}

}  // namespace oculus::web
