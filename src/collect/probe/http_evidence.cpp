#include "collect/probe/http_evidence.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "collect/probe/latency.hpp"
#include "net/http_url.hpp"

namespace json = boost::json;

namespace oculus::collect {
namespace {

constexpr std::size_t kShownBody = 4096;
constexpr std::size_t kShownHeader = 1024;
constexpr std::size_t kShortestSecret = 6;  // shorter ones would mask ordinary text
constexpr std::string_view kMask = "***";
constexpr std::array<std::string_view, 10> kSecretWords = {"cookie",  "authorization", "authentication", "token",
                                                           "secret",  "password",      "api-key",        "apikey",
                                                           "session", "signature"};

bool is_secret(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::ranges::any_of(kSecretWords,
                             [&](std::string_view word) { return lower.find(word) != std::string::npos; }) ||
         lower.ends_with("-key");
}

void mask(std::string& text, std::string_view secret) {
  if (secret.size() < kShortestSecret) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kMask.size()))
    text.replace(at, secret.size(), kMask);
}

// The first `most` bytes. Masked before they are cut, or the head of a secret that lies across the cut would be shown.
std::string without_echoes(std::string_view whole, std::size_t most, const net::HttpHeaders& sent) {
  std::size_t longest = 0;
  for (const auto& [name, value] : sent) longest = std::max(longest, value.size());
  std::string text(whole.substr(0, most + longest));
  for (const auto& [name, value] : sent) {
    if (!is_secret(name)) continue;
    mask(text, value);
    if (const auto blank = value.find(' '); blank != std::string::npos)
      mask(text, std::string_view(value).substr(blank + 1));
  }
  return text.substr(0, most);
}

// How many bytes the character at the front has (RFC 3629); 0: it is none, or it is cut off.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  const unsigned second = byte(1);
  const bool bent = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                    (first == 0xF0 && second < 0x90) ||
                    (first == 0xF4 && second > 0x8F);  // overlong, surrogates, past U+10FFFF
  return bent ? 0 : length;
}

json::object phases_of(const net::HttpPhases& phases) {
  json::object shown;
  const auto show = [&](const char* name, const net::HttpPhases::Time& time) {
    if (time) shown[name] = latency_ms(*time);
  };
  show("dns_ms", phases.dns);
  show("connect_ms", phases.connect);
  show("tls_ms", phases.tls);
  show("ttfb_ms", phases.ttfb);
  show("total_ms", phases.total);
  return shown;
}

}  // namespace

std::string as_utf8(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = character(bytes);
    if (length > 0) {
      text.append(bytes.substr(0, length));
    } else if (bytes.size() >= 4 || static_cast<unsigned char>(bytes[0]) < 0xC2) {
      text += "\xEF\xBF\xBD";
    }
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return text;
}

std::string http_evidence(const std::string& url, const net::HttpHeaders& sent, const net::HttpExchange& exchange,
                          const net::Failure& failure) {
  json::object shown;
  shown["url"] = as_utf8(exchange.redirects > 0 ? net::without_credentials(exchange.url) : url);
  shown["reason"] = failure.reason;
  shown["error"] = as_utf8(failure.detail);
  if (!exchange.address.empty()) shown["address"] = exchange.address;
  if (exchange.redirects > 0) shown["redirects"] = exchange.redirects;
  shown["phases"] = phases_of(exchange.phases);
  if (exchange.status != 0) {
    shown["status"] = exchange.status;
    shown["version"] = exchange.version;
    json::array headers;
    for (const auto& [name, value] : exchange.headers) {
      const std::string text = is_secret(name) ? std::string(kMask) : without_echoes(value, kShownHeader, sent);
      headers.push_back(json::array{as_utf8(name), as_utf8(text)});
    }
    shown["headers"] = std::move(headers);
    shown["body"] = as_utf8(without_echoes(exchange.body, kShownBody, sent));
  }
  return json::serialize(shown);
}

}  // namespace oculus::collect
