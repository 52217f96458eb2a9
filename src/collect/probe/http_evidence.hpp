// The last failing answer, as it is shown to people. Any thread.
#pragma once

#include <string>

#include "net/http_exchange.hpp"

namespace oculus::collect {

/// A JSON object: url, address, version, status, redirects, phases, headers (secrets as ***), the first 4 KB of the
/// body (invalid UTF-8 replaced), and what went wrong. `url` is how the one that was asked is shown; values of secret
/// headers in `sent` that the answer echoes are masked too.
std::string http_evidence(const std::string& url, const net::HttpHeaders& sent, const net::HttpExchange& exchange,
                          const net::Failure& failure);

/// As UTF-8: each byte that does not belong becomes U+FFFD, an incomplete character at the end is dropped.
std::string as_utf8(std::string_view bytes);

}  // namespace oculus::collect
