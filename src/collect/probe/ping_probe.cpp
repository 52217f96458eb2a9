#include "collect/probe/ping_probe.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cassert>
#include <utility>

#include "collect/async_collector.hpp"
#include "collect/probe/ping_figures.hpp"
#include "collect/probe/probe_series.hpp"
#include "model/duration.hpp"
#include "net/address.hpp"
#include "net/icmp.hpp"
#include "net/icmp_packet.hpp"
#include "net/loop_asio.hpp"
#include "net/resolver.hpp"

namespace asio = boost::asio;
namespace json = boost::json;

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;

Result<> check(const PingProbeSettings& settings) {
  const auto refuse = [&](std::string_view what, std::string_view expected) {
    return invalid(fmt::format("ping '{}': {}", settings.name, what), expected);
  };
  if (settings.host.empty()) return refuse("the host is empty", "a name or an address");
  if (settings.count < 1 || settings.count > 20) return refuse(fmt::format("count {}", settings.count), "1 to 20");
  if (settings.packet_interval < 10ms || settings.packet_interval > 10s)
    return refuse(fmt::format("packet_interval {}", to_string(settings.packet_interval)), "10ms to 10s");
  if (settings.size < net::kLeastEchoPayload || settings.size > net::kMostEchoPayload)
    return refuse(fmt::format("size {}", settings.size), "8 to 65507");
  return {};
}

class PingProbe final : public AsyncCollector {
 public:
  PingProbe(net::Loop& loop, const net::EgressGate& gate, PingProbeSettings settings)
      : AsyncCollector(&loop, std::move(settings.series)),
        resolver_(net::resolver_of(net::context(loop))),
        gate_(gate),
        host_(std::move(settings.host)),
        family_(settings.family),
        options_{.count = settings.count, .packet_interval = settings.packet_interval, .size = settings.size} {}

 private:
  asio::awaitable<Round> measure(Deadline deadline) override;
  [[nodiscard]] Round failed(std::string reason, std::string_view detail, json::object evidence) const;
  [[nodiscard]] Round round_of(const asio::ip::address& address, const net::PingResult& result) const;

  net::Resolver& resolver_;
  const net::EgressGate& gate_;
  std::string host_;
  net::Family family_;
  net::PingOptions options_;
};

asio::awaitable<Round> PingProbe::measure(Deadline deadline) {
  const auto addresses = co_await resolver_.resolve(host_, family_, deadline);
  if (!addresses) co_return failed("dns", addresses.error().text(), {});
  Result<> permitted;
  for (const auto& address : *addresses) {  // the first that the gate lets pass
    permitted = gate_.check(net::bytes_of(address));
    if (!permitted) continue;
    const auto result = co_await net::ping(address, options_, deadline);
    if (result) co_return round_of(address, *result);
    const bool refused = result.error().kind == ErrorKind::forbidden;
    co_return failed(refused ? "not_permitted" : "unreachable", result.error().text(), {});
  }
  co_return failed("gate", permitted.error().text(), {});
}

Round PingProbe::failed(std::string reason, std::string_view detail, json::object evidence) const {
  Round round = Round::failed(std::move(reason), fmt::format("{}: {}", host_, detail));
  round.values = {std::nullopt, std::nullopt, std::nullopt};
  evidence["target"] = host_;
  evidence["error"] = detail;
  round.evidence = json::serialize(evidence);
  return round;
}

Round PingProbe::round_of(const asio::ip::address& address, const net::PingResult& result) const {
  const PingFigures figures = figures_of(result.rtts);
  Round round;
  if (result.received == 0) {
    json::object evidence{{"address", address.to_string()}, {"sent", result.sent}, {"received", result.received}};
    round = result.refusal.empty()
                ? failed("timeout", fmt::format("none of {} pings was answered", result.sent), std::move(evidence))
                : failed("unreachable", result.refusal, std::move(evidence));
  }
  round.values = {figures.rtt_ms, figures.loss_percent, figures.jitter_ms};
  if (figures.rtt_ms)
    round.took =
        std::chrono::round<std::chrono::microseconds>(std::chrono::duration<double, std::milli>(*figures.rtt_ms));
  return round;
}

}  // namespace

Result<std::unique_ptr<Collector>> make_ping_probe(net::Loop& loop, const net::EgressGate& gate,
                                                   PingProbeSettings settings) {
  if (auto sound = check(settings); !sound) return std::unexpected(sound.error());
  if (settings.series.empty())
    for (const auto& [field, unit] : {std::pair("rtt", "ms"), std::pair("loss", "%"), std::pair("jitter", "ms")})
      settings.series.push_back(probe_series("network.ping", "net.ping", settings.name, settings.host, field, unit));
  assert(settings.series.size() == 3);
  return std::make_unique<PingProbe>(loop, gate, std::move(settings));
}

}  // namespace oculus::collect
