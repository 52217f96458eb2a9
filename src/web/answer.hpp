// What every answer carries, and its head on the wire. Pure functions; any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "web/http.hpp"

namespace oculus::web {

/// Adds what the handler left open (security headers, Cache-Control, Vary), and makes a 304 of it where the client has
/// that ETag already. Throws std::logic_error for a header that cannot be written, such as one with a line break.
void complete(Response& answer, std::string_view method, const std::string* if_none_match);

/// The body has been compressed: the ETag of the plain one holds weakly for it (RFC 9110 section 8.8.1).
void mark_gzip(Response& answer);

/// Status line and headers with the empty line. `close`: no further request is read.
[[nodiscard]] std::string write_head(const Response& answer, bool close, std::chrono::sys_seconds at);

/// Whether a list as in If-None-Match names the tag; weak comparison.
[[nodiscard]] bool names_etag(std::string_view list, std::string_view etag);

}  // namespace oculus::web
