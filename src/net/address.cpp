#include "net/address.hpp"

#include <netinet/in.h>

#include <cstring>

namespace ip = boost::asio::ip;

namespace oculus::net {

AddressBytes bytes_of(const ip::address& address) noexcept {
  return address.is_v6() ? address.to_v6().to_bytes() : ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

std::optional<AddressBytes> bytes_of(const sockaddr& address) noexcept {
  AddressBytes bytes{};
  if (address.sa_family == AF_INET) {
    bytes[10] = bytes[11] = 0xff;
    std::memcpy(&bytes[12], &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
    return bytes;
  }
  if (address.sa_family != AF_INET6) return std::nullopt;
  std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, bytes.size());
  return bytes;
}

std::string text_of(const AddressBytes& address) {
  const ip::address_v6 v6(address);
  return v6.is_v4_mapped() ? ip::make_address_v4(ip::v4_mapped, v6).to_string() : v6.to_string();
}

}  // namespace oculus::net
