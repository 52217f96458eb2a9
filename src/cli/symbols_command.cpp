#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/database_source.hpp"
#include "cli/text_table.hpp"
#include "model/duration.hpp"
#include "model/wildcard.hpp"

namespace oculus::cli {
namespace {

// To the second; older than a day to the minute, so that the column stays short.
std::string age_of(TimePoint at) {
  const auto age = std::max(now() - at, microseconds(0));
  if (age < std::chrono::seconds(1)) return "now";
  return to_string(age < std::chrono::days(1) ? microseconds(std::chrono::floor<std::chrono::seconds>(age))
                                              : microseconds(std::chrono::floor<std::chrono::minutes>(age)));
}

}  // namespace

int symbols(const std::string& pattern, const Source& source, const config::Environment& environment,
            Console& console) {
  auto database = open_for_reading(source, environment, console);
  if (!database) return kWrong;
  auto series = database->readers->ask([](store::Reader& reader) { return reader.latest({}); });
  if (!series) {
    console.complain(series.error().text());
    return kFailed;
  }
  TextTable table{{"symbol", "latest", "unit", "age", "check"}, {}, {false, true, false, true, false}};
  for (const store::LatestRow& row : *series) {
    if (!row.series.series.symbol) continue;
    const std::string& symbol = row.series.series.symbol->text();
    if (!pattern.empty() && !matches(pattern, symbol)) continue;
    const auto& sample = row.sample;
    table.rows.push_back({symbol, sample && sample->value ? fmt::format("{}", *sample->value) : "",
                          row.series.series.unit, sample ? age_of(sample->at) : "",
                          !sample           ? "no sample yet"
                          : sample->success ? "good"
                                            : "failed"});
  }
  if (table.rows.empty()) {
    console.complain(pattern.empty() ? "there is no series yet; `oculus serve` makes them"
                                     : fmt::format("no symbol matches '{}'; `oculus symbols` lists them all", pattern));
    return kFailed;
  }
  std::ranges::sort(table.rows);
  console.print(table.text(console.width()));
  return kGood;
}

}  // namespace oculus::cli
