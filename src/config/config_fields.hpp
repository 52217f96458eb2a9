// The keys of the configuration file, as tables.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "config/settings.hpp"

namespace oculus::config {

inline constexpr std::array<std::string_view, 6> kLogLevels = {"trace", "debug", "info", "warn", "error", "off"};
inline constexpr std::array<std::string_view, 10> kLogParts = {"app", "cli",    "collect", "config", "model",
                                                               "net", "notify", "rule",    "store",  "web"};

std::span<const Field> rate_limit_fields();

}  // namespace oculus::config
