#include "web/head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace oculus::web {
namespace {

using Fault = std::optional<Refusal>;

Refusal bad(std::string_view detail) { return {400, std::string(detail)}; }

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_digits(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// `name`, `name:port`, `[v6]:port`: what is left of RFC 3986's authority when users are not allowed.
bool is_host(std::string_view text) noexcept {
  std::string_view name = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    name = text.substr(1, end - 1);
    if (name.empty() || name.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    port = text.substr(end + 1);
  } else {
    name = text.substr(0, text.find(':'));
    port = text.substr(name.size());
    if (!is_token(name) || name.find_first_of("#^`|") != std::string_view::npos) return false;
  }
  return port.empty() || (port.size() <= 6 && port.starts_with(':') && (port.size() == 1 || is_digits(port.substr(1))));
}

Fault read_request_line(std::string_view line, Head& head) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos || line.find(' ', second + 1) != std::string_view::npos)
    return bad("the request line is not a method, a target and a version with one blank between each");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  if (!is_token(method)) return bad("the method is not a token");
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digits(version.substr(5, 1)) || version[6] != '.' ||
      !is_digits(version.substr(7)))
    return bad("the request line does not end with a version such as HTTP/1.1");
  if (version[5] != '1') return Refusal{505, fmt::format("{} is not spoken here; HTTP/1.1 is", version)};
  if (target.size() > kTargetLimit)
    return Refusal{414,
                   fmt::format("the request target has {} bytes; at most {} are read", target.size(), kTargetLimit)};
  if (target == "*" && method != "OPTIONS") return bad("the request target * belongs to OPTIONS alone");
  auto parsed = parse_target(target);
  if (!parsed) return bad(parsed.error());
  head.method = method;
  head.target = std::move(*parsed);
  head.http_1_0 = version[7] == '0';
  head.keep_alive = !head.http_1_0;
  return {};
}

Fault read_field(std::string_view line, Head& head) {
  if (line.starts_with(' ') || line.starts_with('\t')) return bad("a header line is folded (obsolete line folding)");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad("a header line has no colon");
  const std::string_view name = line.substr(0, colon);
  if (!is_token(name)) return bad("the name of a header is not a token (a blank before the colon is not allowed)");
  head.headers.push_back({std::string(name), std::string(trimmed(line.substr(colon + 1)))});
  return {};
}

// RFC 9112 section 6: how long the body is must be said once, in one way.
Fault judge_framing(Head& head) {
  const std::string* length = nullptr;
  bool transfer_encoding = false;
  for (const Header& header : head.headers) {
    if (same_word(header.name, "Content-Length")) {
      if (!is_digits(header.value)) return bad("Content-Length is not a whole number");
      if (length) return bad("Content-Length is given more than once");
      length = &header.value;
      const char* const end = header.value.data() + header.value.size();
      if (std::from_chars(header.value.data(), end, head.content_length).ec != std::errc())
        return Refusal{413, fmt::format("Content-Length is {}", header.value)};
    } else if (same_word(header.name, "Transfer-Encoding")) {
      if (transfer_encoding) return bad("Transfer-Encoding is given more than once");
      transfer_encoding = true;
      if (!same_word(header.value, "chunked"))
        return Refusal{501, "the only Transfer-Encoding that is read here is chunked"};
    }
  }
  if (transfer_encoding && length) return bad("Content-Length and Transfer-Encoding are both given");
  if (transfer_encoding && head.http_1_0) return bad("Transfer-Encoding is not part of HTTP/1.0");
  head.chunked = transfer_encoding;
  return {};
}

Fault judge_host(Head& head) {
  std::string* host = nullptr;
  for (Header& header : head.headers) {
    if (!same_word(header.name, "Host")) continue;
    if (host) return bad("Host is given more than once");
    if (!is_host(header.value)) return bad("Host is not a name or address with an optional port");
    host = &header.value;
  }
  if (!host && !head.http_1_0) return bad("Host is missing");
  if (!head.target.authority.empty()) {  // RFC 9112 section 3.2.2: it wins over the header
    if (!is_host(head.target.authority)) return bad("the request target has a malformed host");
    if (host) *host = head.target.authority;
    head.host = head.target.authority;
  } else if (host) {
    head.host = *host;
  }
  return {};
}

Fault read_options(Head& head) {
  for (const Header& header : head.headers) {
    if (same_word(header.name, "Connection")) {
      for (std::string_view rest = header.value; !rest.empty();) {
        const std::string_view option = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(option.size() + 1, rest.size()));
        if (same_word(trimmed(option), "close")) head.keep_alive = false;
        if (same_word(trimmed(option), "upgrade")) head.upgrades = true;
      }
    } else if (same_word(header.name, "Upgrade")) {
      head.upgrades = true;  // either header alone announces the wish: half a handshake is judged as a whole one
    } else if (same_word(header.name, "Expect") && !head.http_1_0) {
      if (!same_word(header.value, "100-continue"))
        return Refusal{417, "the only expectation that is met here is 100-continue"};
      head.expects_continue = true;
    }
  }
  return {};
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool may_become_head(std::string_view bytes) noexcept {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c == '\r' && i + 1 < bytes.size() && bytes[i + 1] != '\n') return false;
    if (c == '\n' && (i == 0 || bytes[i - 1] != '\r')) return false;
    if ((c < 0x20 && c != '\r' && c != '\n' && c != '\t') || c == 0x7F) return false;
  }
  return true;
}

std::expected<Head, Refusal> parse_head(std::string_view text) {
  if (!may_become_head(text))
    return std::unexpected(bad("the head holds a control character, or a line that does not end with CR LF"));
  Head head;
  bool first = true;
  for (std::string_view rest = text; rest != "\r\n";) {
    const std::size_t end = rest.find("\r\n");
    if (end == std::string_view::npos) return std::unexpected(bad("the head does not end with an empty line"));
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    if (auto fault = first ? read_request_line(line, head) : read_field(line, head)) return std::unexpected(*fault);
    first = false;
  }
  if (first) return std::unexpected(bad("the request line is missing"));
  for (const auto judge : {judge_host, judge_framing, read_options})
    if (auto fault = judge(head)) return std::unexpected(*fault);
  return head;
}

}  // namespace oculus::web
