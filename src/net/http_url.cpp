#include "net/http_url.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace oculus::net {
namespace {

struct UrlCleanup {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlCleanup>;

constexpr std::string_view kExpected =
    "http:// or https://, a host, and what follows, as in https://example.com/health";

std::optional<std::string> part(const Url& url, CURLUPart which, unsigned int flags) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The library's sentence within one of ours.
std::string in_lower_case(std::string text) {
  if (!text.empty()) text.front() = lower(text.front());
  return text;
}

}  // namespace

Result<HttpUrl> HttpUrl::parse(const std::string& text, Place at) {
  const Url url(curl_url());
  if (const CURLUcode bad = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME);
      bad != CURLUE_OK)
    return invalid(fmt::format("not a URL: {}", in_lower_case(curl_url_strerror(bad))), kExpected, std::move(at));

  HttpUrl parsed;
  parsed.scheme = part(url, CURLUPART_SCHEME, 0).value_or("");
  if (parsed.scheme != "http" && parsed.scheme != "https")
    return invalid(fmt::format("the scheme of the URL is '{}'", parsed.scheme), kExpected, std::move(at));
  auto host = part(url, CURLUPART_HOST, CURLU_PUNYCODE);
  if (!host || host->empty()) return invalid("the URL has no valid host name", kExpected, std::move(at));
  std::ranges::transform(*host, host->begin(), lower);
  if (host->front() == '[') {
    host = host->substr(1, host->size() - 2);
    if (const auto zone = part(url, CURLUPART_ZONEID, 0)) *host += '%' + *zone;
  }
  parsed.host = std::move(*host);
  const int port = std::stoi(part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("0"));
  if (port == 0) return invalid("the port of the URL is 0", "a port, 1 to 65535", std::move(at));
  parsed.port = static_cast<std::uint16_t>(port);
  return parsed;
}

std::string HttpUrl::authority() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

bool same_site(const HttpUrl& from, const HttpUrl& to) {
  if (from.host != to.host) return false;
  if (from.scheme == to.scheme) return from.port == to.port;
  return to.tls() && from.port == 80 && to.port == 443;
}

std::string without_credentials(const std::string& text) {
  const Url url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) return "(not a URL)";
  curl_url_set(url.get(), CURLUPART_USER, nullptr, 0);
  curl_url_set(url.get(), CURLUPART_PASSWORD, nullptr, 0);
  return part(url, CURLUPART_URL, 0).value_or("(not a URL)");
}

}  // namespace oculus::net
