// The keys of the collector type `http`, and their reading. Any thread.
#pragma once

#include <span>

#include "collect/probe/http_probe.hpp"
#include "config/settings.hpp"

namespace oculus::collect {

std::span<const config::Field> http_fields();

/// All but name and series. Mistakes that the fields cannot see go to `problems`, each at its place.
HttpProbeSettings read_http_settings(const config::Settings& settings, config::Problems& problems);

}  // namespace oculus::collect
