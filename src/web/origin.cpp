#include "web/origin.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "web/http.hpp"

namespace oculus::web {
namespace {

boost::asio::ip::address address_of(std::string_view text, bool& valid) {
  boost::system::error_code failed;
  auto address = boost::asio::ip::make_address(text, failed);
  valid = !failed;
  if (valid && address.is_v6() && address.to_v6().is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  return address;
}

std::string_view without_port(std::string_view host, std::string_view port) noexcept {
  return host.ends_with(port) ? host.substr(0, host.size() - port.size()) : host;
}

}  // namespace

std::string_view host_name(std::string_view host) noexcept {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool is_loopback_name(std::string_view name) {
  if (same_word(name, "localhost")) return true;
  bool valid = false;
  const auto address = address_of(name, valid);
  return valid && address.is_loopback();
}

bool same_address(std::string_view a, std::string_view b) {
  bool valid_a = false;
  bool valid_b = false;
  const auto address_a = address_of(a, valid_a);
  const auto address_b = address_of(b, valid_b);
  return valid_a && valid_b && address_a == address_b;
}

bool is_same_origin(std::string_view origin, std::string_view host) {
  const std::size_t colon = origin.find("://");
  if (colon == std::string_view::npos || host.empty()) return false;  // `null` among them
  const std::string_view default_port = same_word(origin.substr(0, colon), "https") ? ":443" : ":80";
  return same_word(without_port(origin.substr(colon + 3), default_port), without_port(host, default_port));
}

bool is_listed(const std::vector<std::string>& origins, std::string_view origin) {
  return std::ranges::any_of(origins, [&](const std::string& listed) { return same_word(listed, origin); });
}

}  // namespace oculus::web
