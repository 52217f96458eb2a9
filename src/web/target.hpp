// The request target (RFC 9112 section 3.2) and what is percent-encoded in it. Pure functions; any thread.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oculus::web {

struct Target {
  std::string raw_path;   // as sent, begins with '/'; or `*`
  std::string path;       // decoded: UTF-8 without control characters, without `.` and `..`
  std::string authority;  // of the absolute form, else empty
  std::vector<std::pair<std::string, std::string>> query;
};

/// Origin form, absolute form (http and https) and `*`; else what is wrong with it, as a sentence.
[[nodiscard]] std::expected<Target, std::string_view> parse_target(std::string_view text);

/// Empty for a bad escape, an escaped NUL, or bytes that are not UTF-8.
[[nodiscard]] std::optional<std::string> decode_percent(std::string_view text, bool plus_is_blank = false);

/// `a=1&b=two+words`, as queries and forms write it; empty for a bad escape.
[[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text);

/// Percent-encodes what is not unreserved, as a value in a query needs it.
[[nodiscard]] std::string encode_percent(std::string_view text);

}  // namespace oculus::web
