// What of a statement's conditions a relation of samples can use itself, and how the plan travels through SQLite from
// the choice to the execution. Plain values; any thread.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "store/sqlite/series_catalog.hpp"
#include "store/sqlite/series_cursor.hpp"

namespace oculus::store::sqlite {

/// What the columns of a relation are, whatever their order.
enum class ValueColumn : std::uint8_t {
  ts,
  series_id,
  category,
  symbol,
  name,
  target,
  value,
  unit,
  success,
  duration_ms,
  dynamic_tags,
  tags
};

/// What to read, and how.
struct ValuePlan {
  CatalogFilter series;
  TimeRange range;
  Direction direction = Direction::forward;
  bool ordered = false;  // by time over all series; otherwise one series after another
  bool nothing = false;  // some condition is never true
};

/// Says in `info` which conditions and which order the relation sees to; `columns` tells what its columns are.
void choose_plan(sqlite3_index_info& info, const ValueColumn* columns);

/// The plan that was chosen, with the values that the conditions compare with.
ValuePlan read_plan(const char* text, int number, sqlite3_value** arguments);

}  // namespace oculus::store::sqlite
