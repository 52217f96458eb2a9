// Keys of the configuration as a person reads them. Plain functions; any thread.
#pragma once

#include <span>
#include <string>

#include "cli/console.hpp"
#include "config/reference.hpp"

namespace oculus::cli {

/// A table of one line for each key where it fits; on a narrower terminal what it is stands below each key.
std::string key_table(std::span<const config::KeyRow> rows, const Console& console);

}  // namespace oculus::cli
