#include "web/page/samples_view.hpp"

#include <fmt/format.h>

#include "web/page/metrics_view.hpp"
#include "web/page/paging_view.hpp"
#include "web/page/words.hpp"
#include "web/target.hpp"

namespace oculus::web {
namespace {

std::string tags_words(const Tags& tags) {
  std::string text;
  for (const auto& [key, value] : tags) {
    if (key == "field" || key == "error") continue;  // the symbol and the result say these
    if (!text.empty()) text += " ";
    text += key + "=" + value;
  }
  return printable(text, 200);
}

View sample_view(const store::MetricRow& row, TimePoint now) {
  const std::string* error = row.tags.find("error");
  const std::string symbol = row.symbol.empty() ? fmt::format("{}", to_signed(row.series)) : row.symbol;
  const Quantity shown = row.value ? humane(*row.value, row.unit) : Quantity{"–", ""};
  View view;
  view.set("id", fmt::format("{}-{}", to_signed(row.series), to_us(row.at)));
  view.set("symbol", printable(symbol, 120)).set("href", "/series/" + encode_percent(symbol));
  view.set("target", printable(row.target, 120));
  view.set("number", shown.number).maybe("unit", shown.unit);
  view.set("exact", row.value ? fmt::format("{}", *row.value) : "");
  view.set("state", row.success ? "ok" : "failing");
  view.set("result", row.success ? "ok" : error ? printable(*error, 60) : "failed");
  view.maybe("took", row.took ? humane(static_cast<double>(row.took->count()) / 1000, "ms").text() : "");
  view.maybe("tags", tags_words(row.tags));
  view.set("at", to_rfc3339(row.at)).set("clock", clock_words(row.at)).set("age", age_words(row.at, now));
  return view;
}

}  // namespace

View samples_view(const store::Page<store::MetricRow>& page, const PageQuery& query, std::string_view path,
                  TimePoint now) {
  View::List rows;
  for (const auto& row : page.items) rows.push_back(sample_view(row, now));
  View view;
  view.flag("any", !rows.empty()).list("samples", std::move(rows));
  view.set("range", range_words(query.length())).flag("filtered", query.filtered());
  put_paging(view, page.next, query, path);
  return view;
}

}  // namespace oculus::web
