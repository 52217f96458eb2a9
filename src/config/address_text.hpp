// Addresses, networks, hosts and origins as people write them: right or not. Any thread.
#pragma once

#include <string_view>

namespace oculus::config {

bool is_address(std::string_view text);   // IPv4 or IPv6
bool is_loopback(std::string_view text);  // an address of 127.0.0.0/8, or ::1
bool is_network(std::string_view text);   // an address, or address/bits
bool is_target(std::string_view text);    // a name or address to connect to; IPv6 also with a zone, `fe80::1%eth0`
bool is_host(std::string_view text);      // a name or address, with a port or without
bool is_origin(std::string_view text);    // scheme://host[:port], RFC 6454 section 6.2

}  // namespace oculus::config
