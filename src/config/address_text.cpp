#include "config/address_text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "config/scalar.hpp"

namespace oculus::config {
namespace {

bool is_ipv4(std::string_view text) {
  in_addr address{};
  return text.find('\0') == std::string_view::npos && inet_pton(AF_INET, std::string(text).c_str(), &address) == 1;
}

bool is_ipv6(std::string_view text, in6_addr& address) {
  return text.find('\0') == std::string_view::npos && inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

}  // namespace

bool is_address(std::string_view text) {
  in6_addr address{};
  return is_ipv4(text) || is_ipv6(text, address);
}

bool is_loopback(std::string_view text) {
  in6_addr address{};
  return is_ipv4(text) ? text.starts_with("127.") : is_ipv6(text, address) && IN6_IS_ADDR_LOOPBACK(&address);
}

bool is_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  if (!is_address(address)) return false;
  if (slash == std::string_view::npos) return true;
  const std::string_view digits = text.substr(slash + 1);
  const auto bits = to_integer(digits);
  return bits && !digits.starts_with('+') && *bits >= 0 && *bits <= (is_ipv4(address) ? 32 : 128);
}

bool is_target(std::string_view text) {
  const std::size_t zone = text.find('%');
  if (text.find(':') != std::string_view::npos)
    return is_address(text.substr(0, zone)) && (zone == std::string_view::npos || zone + 1 < text.size());
  const auto belongs = [](char c) {  // beyond ASCII it is an international name, for the resolver to judge
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || byte >= 0x80;
  };
  return !text.empty() && text.size() <= 253 && !text.starts_with('.') && text.find("..") == std::string_view::npos &&
         std::ranges::all_of(text, belongs);  // RFC 1035 section 2.3.4
}

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 260 && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_' || c == ':' ||
           c == '[' || c == ']';
  });
}

bool is_origin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (text.starts_with(scheme)) return is_host(text.substr(scheme.size()));
  return false;
}

}  // namespace oculus::config
