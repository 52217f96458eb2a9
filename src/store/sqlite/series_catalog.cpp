#include "store/sqlite/series_catalog.hpp"

#include <array>
#include <utility>

namespace oculus::store::sqlite {
namespace {

constexpr std::string_view kFindById = R"sql(
  SELECT n.slot, s.series_id, s.category, s.symbol, s.name, s.target, s.unit, s.static_tags
  FROM metric_series s JOIN series_slots n ON n.series_id = s.series_id WHERE s.series_id = ?1
)sql";
constexpr std::string_view kFindBySymbol = R"sql(
  SELECT n.slot, s.series_id, s.category, s.symbol, s.name, s.target, s.unit, s.static_tags
  FROM metric_series s JOIN series_slots n ON n.series_id = s.series_id WHERE s.symbol = ?1 ORDER BY n.slot
)sql";
constexpr std::string_view kFindAll = R"sql(
  SELECT n.slot, s.series_id, s.category, s.symbol, s.name, s.target, s.unit, s.static_tags
  FROM series_slots n CROSS JOIN metric_series s ON s.series_id = n.series_id ORDER BY n.slot
)sql";
constexpr std::string_view kFindSlot = R"sql(
  SELECT slot FROM series_slots WHERE series_id = ?1
)sql";

bool lets_through(const std::optional<std::string>& wanted, const std::string& is) { return !wanted || *wanted == is; }

}  // namespace

Result<SeriesCatalog> SeriesCatalog::prepare(Connection& db) {
  auto statements = db.prepare_all(std::array{kFindById, kFindBySymbol, kFindAll, kFindSlot});
  if (!statements) return std::unexpected(statements.error());
  return SeriesCatalog(std::move(*statements));
}

Result<std::vector<CatalogSeries>> SeriesCatalog::find(const CatalogFilter& filter) {
  Statement& rows = statements_[filter.series_id ? kById : filter.symbol ? kBySymbol : kAll];
  if (filter.series_id)
    rows.bind_all(*filter.series_id);
  else if (filter.symbol)
    rows.bind_all(std::string_view(*filter.symbol));
  std::vector<CatalogSeries> found;
  for (;;) {
    const auto more = rows.step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return found;
    CatalogSeries one{Slot(static_cast<std::uint32_t>(rows.integer(0))),
                      rows.integer(1),
                      rows.text(2),
                      rows.text(3),
                      rows.text(4),
                      rows.text(5),
                      rows.text(6),
                      !rows.is_null(3),
                      rows.text(7)};
    if (lets_through(filter.symbol, one.symbol) && lets_through(filter.category, one.category) &&
        lets_through(filter.name, one.name) && lets_through(filter.target, one.target))
      found.push_back(std::move(one));
  }
}

Result<std::optional<Slot>> SeriesCatalog::slot_of(std::int64_t series_id) {
  Statement& statement = statements_[kSlot];
  statement.bind_all(series_id);
  const auto found = statement.step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::optional<Slot>();
  const Slot slot{static_cast<std::uint32_t>(statement.integer(0))};
  statement.reset();
  return std::optional(slot);
}

}  // namespace oculus::store::sqlite
