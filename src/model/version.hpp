// Which Oculus this is. Any thread.
#pragma once

#include <string_view>

namespace oculus {

/// As `project(oculus VERSION …)` says.
std::string_view version() noexcept;

}  // namespace oculus
