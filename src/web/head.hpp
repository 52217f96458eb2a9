// The head of a request, read by the letter of RFC 9112: what two readers could take differently is refused, because
// the difference between them is how requests are smuggled. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.hpp"
#include "web/target.hpp"

namespace oculus::web {

constexpr std::size_t kTargetLimit = 8 << 10;  // bytes; RFC 9112 section 3 asks for 8,000 at least

struct Head {
  std::string method;
  Target target;
  std::vector<Header> headers;  // a Host that an absolute target overrides is replaced by the target's
  std::string host;             // as `name` or `name:port`; empty only in HTTP/1.0
  bool http_1_0 = false;
  bool keep_alive = true;
  bool chunked = false;
  std::uint64_t content_length = 0;  // 0 where it is chunked
  bool expects_continue = false;
  bool upgrades = false;  // to WebSocket or any other protocol

  [[nodiscard]] bool has_body() const noexcept { return chunked || content_length > 0; }
};

/// Why a request is refused before any handler sees it. Its connection is closed: where the next request would begin is
/// not certain.
struct Refusal {
  int status;
  std::string detail;
};

/// Without the blanks and tabs at both ends: the optional white space of RFC 9110 section 5.6.3.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// Looks at the bytes received so far, before the head is complete: a CR without LF, an LF without CR, or a control
/// character will not become better by waiting for more.
[[nodiscard]] bool may_become_head(std::string_view bytes) noexcept;

/// `text` ends with the empty line.
[[nodiscard]] std::expected<Head, Refusal> parse_head(std::string_view text);

}  // namespace oculus::web
