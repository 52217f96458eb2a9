// Which samples there are, as `series_id|ts`: on disk, and as the API shows them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "integration/oculus_process.hpp"

namespace oculus::integration {

using SampleKeys = std::multiset<std::string>;

/// A configuration of thirty collectors of one TCP port, each once a second.
std::string thirty_collectors(std::uint16_t port);

/// The newest 10,000 that the API shows.
SampleKeys shown_samples(const OculusProcess& oculus);
/// All in data/oculus.db, read by a process of its own.
SampleKeys stored_samples(const TempDir& dir);
/// The rows, comma-separated, that `oculus query` gives of a database.
std::string stored(const TempDir& dir, std::string_view sql, const std::string& file = "data/oculus.db");

}  // namespace oculus::integration
