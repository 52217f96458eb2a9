// The parts of a URL that a request needs, as libcurl reads them. Plain values; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "model/error.hpp"

namespace oculus::net {

struct HttpUrl {
  std::string scheme;  // http or https
  std::string host;    // lower case, international names in their ASCII form, IPv6 without brackets
  std::uint16_t port = 0;

  /// Invalid for anything but http and https with a host; the message does not repeat what may be a password.
  static Result<HttpUrl> parse(const std::string& text, Place at = {});

  [[nodiscard]] bool tls() const noexcept { return scheme == "https"; }
  [[nodiscard]] std::string authority() const;  // host:port
};

/// A request to `to` may carry what was meant for `from`: the same host and port, or the step from http to https of one
/// host with their usual ports.
bool same_site(const HttpUrl& from, const HttpUrl& to);

/// Without user and password, as it may be shown and logged.
std::string without_credentials(const std::string& url);

}  // namespace oculus::net
