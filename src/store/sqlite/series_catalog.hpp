// The series of a database as those who read samples need them. One connection's; its thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/head.hpp"

namespace oculus::store::sqlite {

struct CatalogSeries {
  Slot slot{};
  std::int64_t series_id = 0;
  std::string category, symbol, name, target, unit;
  bool has_symbol = false;
  std::string static_tags;  // a JSON object
};

/// All conditions hold; an empty one lets everything through.
struct CatalogFilter {
  std::optional<std::int64_t> series_id = {};
  std::optional<std::string> symbol = {}, category = {}, name = {}, target = {};
};

class SeriesCatalog {
 public:
  static Result<SeriesCatalog> prepare(Connection& db);

  /// In the order of their slots.
  Result<std::vector<CatalogSeries>> find(const CatalogFilter& filter);
  Result<std::optional<Slot>> slot_of(std::int64_t series_id);

 private:
  explicit SeriesCatalog(std::vector<Statement> statements) : statements_(std::move(statements)) {}
  enum : std::size_t { kById, kBySymbol, kAll, kSlot };
  std::vector<Statement> statements_;
};

}  // namespace oculus::store::sqlite
