// The series of a probe that a program makes by hand, without a configuration. Plain values; any thread.
#pragma once

#include <string>
#include <string_view>

#include "model/series.hpp"

namespace oculus::collect {

/// `<prefix>.<name>.<field>` with the static tag `field`; without a symbol when the name makes none.
Series probe_series(std::string_view category, std::string_view prefix, const std::string& name,
                    const std::string& target, const std::string& field, const std::string& unit);

}  // namespace oculus::collect
