// The numbered migrations that lead any older database to this program's version.
#pragma once

#include "store/sqlite/connection.hpp"

namespace oculus::store::sqlite {

/// The version that this program writes.
int schema_version() noexcept;

/// Brings the database forward, each step in its transaction. Migration: the database has a newer version, or is not
/// ours.
Result<> migrate(Connection& db);
/// Drops the table of the first layout once nothing of it is left, within the transaction of the caller.
Result<> drop_old_rows_if_converted(Connection& db);

/// What the database says of itself, without changing it: 0 for an empty one. Migration as above.
Result<int> check_version(Connection& db);

/// The public relations as people read them (`.schema`).
std::string_view public_schema() noexcept;

}  // namespace oculus::store::sqlite
