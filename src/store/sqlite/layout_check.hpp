// Reads all that a database holds of samples and holds it against what the layout promises. One connection's, within
// one transaction; its thread.
#pragma once

#include "store/sqlite/connection.hpp"
#include "store/sqlite/sample_source.hpp"

namespace oculus::store::sqlite {

/// Database with the first fault: a piece that does not decode, a summary that says other than its samples, chunks that
/// overlap, pieces without users, a row of the journal that does not read.
Result<> check_layout(Connection& db, SampleSource& source);

}  // namespace oculus::store::sqlite
