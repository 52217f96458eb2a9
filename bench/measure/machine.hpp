// Where a figure was measured. Any thread.
#pragma once

#include <string>

namespace oculus::bench {

/// One line: processor, cores, memory, kernel, compiler, and how loaded the machine is right now.
std::string machine();

}  // namespace oculus::bench
