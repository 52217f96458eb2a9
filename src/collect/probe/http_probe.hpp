// Asks a URL and judges the answer, with the time of every phase. The probe loop thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collect/collector.hpp"
#include "net/family.hpp"

namespace oculus::net {
class EgressGate;
class Loop;
}  // namespace oculus::net

namespace oculus::collect {

struct CollectorKind;
extern const CollectorKind kHttpProbe;  // the type `http` of the configuration

struct HttpProbeSettings {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  using StatusRange = std::pair<int, int>;  // first and last
  enum class Version { best, http1, http2 };

  std::string name;
  std::string url;
  std::string shown_url =
      {};  // how messages call it, where `url` holds a secret; empty: `url` without user and password
  std::string method = "GET";
  Headers headers = {};
  std::string body = {};

  std::vector<StatusRange> expected_status = {{200, 200}};
  Headers expected_headers = {};   // present with exactly this value; names in any case
  std::string body_contains = {};  // empty: not asked
  std::string body_regex = {};     // RE2, anywhere in the body; empty: not asked

  bool follow_redirects = true;
  int max_redirects = 10;
  bool verify = true;        // the certificate
  std::string ca_file = {};  // trusted instead of the system's bundle
  std::string proxy = {};    // empty: by the environment; `none`: straight
  Version version = Version::best;
  net::Family family = net::Family::any;
  std::size_t max_body = std::size_t{1} << 20;

  std::vector<Series> series = {};  // as http_series_fields lists them; empty: `net.http.<name>.<field>`
};

/// One value of a round, in the order of Collector::series(); `tls` and `cert_days` exist for https only.
struct HttpField {
  const char* name;
  const char* unit;
  const char* what;
};
std::vector<HttpField> http_series_fields(const std::string& url);

/// `loop` and `gate` outlive the probe. With a URL or an expression that cannot be, every round fails and says so.
/// `rtt` is the whole exchange: name, connections, redirects, body.
std::unique_ptr<Collector> make_http_probe(net::Loop& loop, const net::EgressGate& gate, HttpProbeSettings settings);

}  // namespace oculus::collect
