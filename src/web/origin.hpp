// Hosts and origins, as headers write them: whose page sent this request, and by which name were we called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oculus::web {

/// `name` of `name:port`, an IPv6 address without its brackets.
[[nodiscard]] std::string_view host_name(std::string_view host) noexcept;

/// localhost, 127.0.0.0/8, ::1: names that no name server can point elsewhere.
[[nodiscard]] bool is_loopback_name(std::string_view name);

/// Both are addresses, and the same one.
[[nodiscard]] bool same_address(std::string_view a, std::string_view b);

/// `origin` (`scheme://host:port`, or `null`) names the server that the header `host` does, the scheme's default port
/// written or not. The scheme itself is not compared: a proxy may speak TLS for us.
[[nodiscard]] bool is_same_origin(std::string_view origin, std::string_view host);

[[nodiscard]] bool is_listed(const std::vector<std::string>& origins, std::string_view origin);

}  // namespace oculus::web
