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
/// All in data/oculus.db, read by SQLite's own tool.
SampleKeys stored_samples(const TempDir& dir);
/// What one query of SQLite's own tool says about data/oculus.db.
std::string stored(const TempDir& dir, std::string_view sql);

}  // namespace oculus::integration
