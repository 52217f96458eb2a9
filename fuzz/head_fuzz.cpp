// Whatever comes as the head of a request: what is accepted keeps every promise of head.hpp.
#include <algorithm>
#include <cstdint>

#include "require.hpp"
#include "web/head.hpp"

namespace {

using namespace oculus::web;

bool is_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0' || c == 0x7F; });
}

void check(const Head& head, std::string_view text) {
  require(!head.method.empty() && is_line(head.method));
  require(head.target.raw_path.starts_with('/') || (head.target.raw_path == "*" && head.method == "OPTIONS"));
  require(!head.host.empty() || head.http_1_0);
  require(!head.chunked || head.content_length == 0);
  std::size_t lengths = 0;
  std::size_t codings = 0;
  std::size_t hosts = 0;
  for (const Header& header : head.headers) {
    require(!header.name.empty() && is_line(header.name) && is_line(header.value));
    require(header.name.find_first_of(" \t:") == std::string::npos);
    lengths += same_word(header.name, "Content-Length") ? 1U : 0U;
    codings += same_word(header.name, "Transfer-Encoding") ? 1U : 0U;
    hosts += same_word(header.name, "Host") ? 1U : 0U;
  }
  require(lengths + codings <= 1 && hosts <= 1);
  require(head.chunked == (codings == 1));
  // Nothing that ends well looks hopeless on the way.
  for (std::size_t end = 0; end <= text.size(); ++end) require(may_become_head(text.substr(0, end)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;  // the check of all beginnings is quadratic
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto head = parse_head(text))
    check(*head, text);
  else
    require(head.error().status >= 400 && !head.error().detail.empty());
  return 0;
}
