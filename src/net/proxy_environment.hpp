// Whether the environment names a proxy, as libcurl reads it. Any thread; the environment does not change.
#pragma once

#include <string>

namespace oculus::net {

/// `http_proxy` (lower case only: CGI servers fill the other one from outside), `https_proxy`, `HTTPS_PROXY`,
/// `all_proxy`, `ALL_PROXY`.
bool environment_names_proxy(const std::string& scheme);

}  // namespace oculus::net
