// The functions that Oculus adds to SQL: now_us(), now(), ago(duration), bucket(duration, ts).
#pragma once

#include "store/sqlite/connection.hpp"

namespace oculus::store::sqlite {

/// Registers them on a connection; all are harmless and may be used in the sandbox.
Result<> add_functions(Connection& db);

}  // namespace oculus::store::sqlite
