#include "collect/probe/http_probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collect/async_collector.hpp"
#include "collect/probe/http_conditions.hpp"
#include "collect/probe/http_evidence.hpp"
#include "collect/probe/latency.hpp"
#include "collect/probe/probe_series.hpp"
#include "net/http_client.hpp"
#include "net/http_url.hpp"
#include "net/loop_asio.hpp"

namespace asio = boost::asio;

namespace oculus::collect {
namespace {

using Value = std::optional<double>;

constexpr HttpField kRtt{"rtt", "ms", "time of the whole exchange"};
constexpr HttpField kStatus{"status", "", "status of the answer"};
constexpr HttpField kDns{"dns", "ms", "time to look up the name"};
constexpr HttpField kConnect{"connect", "ms", "time to connect"};
constexpr HttpField kTls{"tls", "ms", "time of the TLS handshake"};
constexpr HttpField kTtfb{"ttfb", "ms", "time from the connection to the first byte of the answer"};
constexpr HttpField kSize{"size", "bytes", "length of the body, decoded"};
constexpr HttpField kCertDays{"cert_days", "d", "days until the first certificate expires"};

bool is_tls(const std::string& url) {
  const auto parsed = net::HttpUrl::parse(url);
  return parsed && parsed->tls();
}

Value ms(const net::HttpPhases::Time& time) { return time ? Value(latency_ms(*time)) : std::nullopt; }

std::string shown(const HttpProbeSettings& settings) {
  return settings.shown_url.empty() ? net::without_credentials(settings.url) : settings.shown_url;
}

net::HttpRequest request_of(HttpProbeSettings&& settings) {
  net::HttpRequest request;
  request.url = std::move(settings.url);
  request.method = std::move(settings.method);
  request.headers = std::move(settings.headers);
  request.body = std::move(settings.body);
  request.follow_redirects = settings.follow_redirects;
  request.max_redirects = settings.max_redirects;
  request.verify = settings.verify;
  request.ca_file = std::move(settings.ca_file);
  request.proxy = std::move(settings.proxy);
  request.version = settings.version == HttpProbeSettings::Version::http1   ? net::HttpVersion::http1
                    : settings.version == HttpProbeSettings::Version::http2 ? net::HttpVersion::http2
                                                                            : net::HttpVersion::best;
  request.family = settings.family;
  request.max_body = settings.max_body;
  return request;
}

class HttpProbe final : public AsyncCollector {
 public:
  HttpProbe(net::Loop& loop, const net::EgressGate& gate, HttpProbeSettings settings)
      : AsyncCollector(&loop, std::move(settings.series)),
        client_(net::http_client_of(net::context(loop))),
        gate_(gate),
        conditions_(settings),
        tls_(is_tls(settings.url)),
        shown_url_(shown(settings)),
        request_(request_of(std::move(settings))) {
    if (tls_ && request_.verify && request_.ca_file.empty()) client_.preload_trust();
  }

 private:
  asio::awaitable<Round> measure(Deadline deadline) override;
  [[nodiscard]] std::vector<Value> values(const net::HttpExchange& exchange) const;

  net::HttpClient& client_;
  const net::EgressGate& gate_;
  HttpConditions conditions_;
  bool tls_;
  std::string shown_url_;
  net::HttpRequest request_;
};

asio::awaitable<Round> HttpProbe::measure(Deadline deadline) {
  const net::HttpExchange exchange = co_await client_.fetch(request_, gate_, deadline);
  Round round;
  round.values = values(exchange);
  if (exchange.status != 0 || !exchange.failure) round.took = exchange.phases.total;
  const auto failure = exchange.failure ? exchange.failure : conditions_.unmet(exchange);
  if (!failure) co_return round;
  round.success = false;
  round.reason = failure->reason;
  round.detail = fmt::format("{}: {}", shown_url_, failure->detail);
  round.evidence = http_evidence(shown_url_, request_.headers, exchange, *failure);
  co_return round;
}

std::vector<Value> HttpProbe::values(const net::HttpExchange& exchange) const {
  const net::HttpPhases& phases = exchange.phases;
  const bool whole = !exchange.failure;  // an exchange cut short has no time and no size
  const Value rtt = whole ? ms(phases.total) : std::nullopt;
  const Value status = exchange.status != 0 ? Value(exchange.status) : std::nullopt;
  const Value size = whole ? Value(static_cast<double>(exchange.body.size())) : std::nullopt;
  if (!tls_) return {rtt, status, ms(phases.dns), ms(phases.connect), ms(phases.ttfb), size};
  return {rtt, status, ms(phases.dns), ms(phases.connect), ms(phases.tls), ms(phases.ttfb), size, exchange.cert_days};
}

}  // namespace

std::vector<HttpField> http_series_fields(const std::string& url) {
  if (!is_tls(url)) return {kRtt, kStatus, kDns, kConnect, kTtfb, kSize};
  return {kRtt, kStatus, kDns, kConnect, kTls, kTtfb, kSize, kCertDays};
}

std::unique_ptr<Collector> make_http_probe(net::Loop& loop, const net::EgressGate& gate, HttpProbeSettings settings) {
  if (settings.series.empty())
    for (const HttpField& field : http_series_fields(settings.url))
      settings.series.push_back(
          probe_series("network.http", "net.http", settings.name, shown(settings), field.name, field.unit));
  return std::make_unique<HttpProbe>(loop, gate, std::move(settings));
}

}  // namespace oculus::collect
