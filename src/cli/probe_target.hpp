// A collector made of what stands on the command line. Plain functions; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "cli/commands.hpp"
#include "collect/kinds.hpp"

namespace oculus::cli {

/// The keys of a kind that `oculus probe` offers as options: its own ones with plain values, and `timeout`.
std::vector<const config::Field*> probe_fields(const collect::CollectorKind& kind);

/// Its flag says no to what holds by default: `--no-verify`.
bool turns_off(const config::Field& field);

/// `expected_status` becomes `--expected-status`; lists may also be given one by one: `--header,--headers`.
std::string option_names(const config::Field& field);

/// The tree that a configuration file would hold. TARGET is a URL where the kind wants one (`http://` is added where no
/// scheme stands), `HOST:PORT` where it wants a port, else a host.
std::optional<config::Node> probe_node(const collect::CollectorKind& kind, const ProbeOptions& options,
                                       config::Problems& problems);

}  // namespace oculus::cli
