// What a person may type behind `oculus`. Main thread.
#pragma once

#include <functional>

#include "cli/commands.hpp"

namespace oculus::cli {

/// What stands to the right of this part comes in from outside.
struct Program {
  std::function<int(const Source&, Console&)> serve;  // the default command; gives the exit status
};

/// Reads the command line and runs the command. Gives the exit status: 0 good, 1 failed, 2 wrong usage or
/// configuration.
int run(int argc, const char* const* argv, const Program& program, const config::Environment& environment,
        Console& console);

}  // namespace oculus::cli
