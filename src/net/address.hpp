// IP addresses between Asio, the C library and the gate. Values; any thread.
#pragma once

#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>

#include "net/egress_gate.hpp"

namespace oculus::net {

/// IPv4 becomes `::ffff:a.b.c.d`.
AddressBytes bytes_of(const boost::asio::ip::address& address) noexcept;

/// Empty for families other than IPv4 and IPv6.
std::optional<AddressBytes> bytes_of(const sockaddr& address) noexcept;

/// `127.0.0.1`, `::1`; a mapped address is shown as the IPv4 one that it is.
std::string text_of(const AddressBytes& address);

}  // namespace oculus::net
