// JSON as people read it: a line for each member. Pure function; any thread.
#pragma once

#include <string>
#include <string_view>

namespace oculus::web {

/// What is not JSON stays as it is; control characters become visible, and what is longer than 8,000 characters is cut.
std::string json_lines(std::string_view json);

}  // namespace oculus::web
