// The database that commands read, also while the server runs. Main thread.
#pragma once

#include "cli/commands.hpp"
#include "store/database.hpp"

namespace oculus::cli {

/// Opens read only what the command line names, else what the configuration says. Empty, after the person was told,
/// when there is no such database.
std::optional<store::Database> open_for_reading(const Source& source, const config::Environment& environment,
                                                const Console& console);

}  // namespace oculus::cli
