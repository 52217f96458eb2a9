#include "web/find_series.hpp"

#include <charconv>
#include <utility>

namespace oculus::web {
namespace {

// A symbol begins with a letter, so what is a number is an id.
std::optional<SeriesId> id_from(const std::string& name) {
  std::int64_t id = 0;
  const char* const end = name.data() + name.size();
  const auto [rest, status] = std::from_chars(name.data(), end, id);
  return status == std::errc() && rest == end ? std::optional(series_id_from(id)) : std::nullopt;
}

}  // namespace

Result<std::optional<store::LatestRow>> find_series(store::Reader& reader, const std::string& name,
                                                    std::size_t recent) {
  store::LatestFilter wanted;
  wanted.series = id_from(name);
  if (!wanted.series) wanted.symbol = name;
  wanted.recent = recent;
  auto rows = reader.latest(wanted);
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty() && wanted.symbol) {  // none has it now; the newest sample knows who had it last
    store::MetricFilter samples;
    samples.symbol = name;
    samples.limit = 1;
    const auto last = reader.metrics(samples);
    if (!last) return std::unexpected(last.error());
    if (last->items.empty()) return std::optional<store::LatestRow>();
    wanted.symbol.reset();
    wanted.series = last->items.front().series;
    rows = reader.latest(wanted);
    if (!rows) return std::unexpected(rows.error());
  }
  if (rows->empty()) return std::optional<store::LatestRow>();
  return std::move(rows->front());
}

}  // namespace oculus::web
