// The relations `metric_values` and `metrics` of people's SQL: samples out of chunks, journal and head, as if they lay
// in tables. One connection's; its thread.
#pragma once

#include "store/sqlite/connection.hpp"
#include "store/sqlite/sample_source.hpp"

namespace oculus::store::sqlite {

/// Tells an authorizer when the relations run statements of their own, which read what people must not.
struct OwnWork {
  int depth = 0;  // more than zero while they do
};

/// Makes the relations known to the connection, which holds a database of this version. `own_work` outlives it; null
/// when no authorizer asks.
Result<> add_value_relations(Connection& db, const SharedState& shared, OwnWork* own_work);

}  // namespace oculus::store::sqlite
