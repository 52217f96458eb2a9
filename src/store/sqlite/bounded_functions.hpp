// Text functions whose time grows with the product of their arguments in SQLite itself. A function cannot be
// interrupted, so the sandbox has versions of its own that stay below a tenth of a second.
#pragma once

#include "store/sqlite/connection.hpp"

namespace oculus::store::sqlite {

/// Replaces instr(), replace(), and trim(), ltrim() and rtrim() with two arguments, on this connection.
Result<> add_bounded_functions(Connection& db);

}  // namespace oculus::store::sqlite
