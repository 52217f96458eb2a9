// A request over HTTP and what came of it. Plain values; any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/failure.hpp"
#include "net/family.hpp"

namespace oculus::net {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

enum class HttpVersion {
  best,  // HTTP/2 where the server agrees to it over TLS, else HTTP/1.1
  http1,
  http2,  // also without TLS, by prior knowledge
};

struct HttpRequest {
  std::string url;  // http or https
  std::string method = "GET";
  HttpHeaders headers;  // replace those that Oculus would send; not sent to another host after a redirect
  std::string body;     // never sent to another host either: a redirect that would take it there ends the exchange
  bool follow_redirects = true;
  int max_redirects = 10;
  bool verify = true;   // the certificate: its chain, its dates and its name
  std::string ca_file;  // trusted instead of the system's CA bundle; empty: that one
  std::string proxy;    // empty: as the environment says (http_proxy and kin); `none`: straight
  HttpVersion version = HttpVersion::best;
  Family family = Family::any;
  std::size_t max_body = std::size_t{1} << 20;  // bytes after decoding; a longer body is a failure
};

/// Each summed over all hops; empty: not reached, or no part of the exchange (TLS over http).
struct HttpPhases {
  using Time = std::optional<std::chrono::microseconds>;
  Time dns, connect, tls;
  Time ttfb;   // from the connection being ready to the first byte of the answer
  Time total;  // from the question for the name to the last byte
};

inline void add(HttpPhases::Time& sum, std::chrono::microseconds more) {
  sum = sum.value_or(std::chrono::microseconds(0)) + std::max(more, std::chrono::microseconds(0));
}

struct HttpExchange {
  std::optional<Failure> failure;  // why there is no complete answer; what was measured before stays
  int status = 0;                  // of the last answer; 0: none came
  std::string version;             // `1.1`, `2`
  HttpHeaders headers;             // of the last answer
  std::string body;                // decoded
  HttpPhases phases;
  std::string address;              // last connected to; that of the proxy where there is one
  std::string url;                  // last asked
  int redirects = 0;                // followed
  std::optional<double> cert_days;  // until the first of the certificates presented expires; negative when one has
};

}  // namespace oculus::net
