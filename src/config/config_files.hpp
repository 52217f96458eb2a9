// Configuration files on disk, read whole. Blocks; the thread that starts or reloads.
#pragma once

#include <string>
#include <vector>

#include "config/node.hpp"

namespace oculus::config {

/// Reads and parses one file, by its ending: `.toml` is TOML, `.json` JSON, everything else YAML. One that cannot be
/// read is a problem at `named_at`.
Node read_config_file(const std::string& path, const Place& named_at, const Environment& environment,
                      Problems& problems);

/// The files `*.yaml`, `*.yml` and `*.toml` of a directory in the order of their names; hidden ones (`.a.yaml`) are of
/// editors and left out. A directory that is missing or cannot be read is a problem at `named`.
std::vector<Node> read_config_directory(const std::string& path, const Node& named, const Environment& environment,
                                        Problems& problems);

}  // namespace oculus::config
