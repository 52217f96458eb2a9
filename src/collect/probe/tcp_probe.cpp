#include "collect/probe/tcp_probe.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "collect/async_collector.hpp"
#include "collect/probe/latency.hpp"
#include "collect/probe/probe_series.hpp"
#include "net/loop_asio.hpp"
#include "net/resolver.hpp"
#include "net/tcp_connect.hpp"

namespace asio = boost::asio;
namespace json = boost::json;

namespace oculus::collect {
namespace {

class TcpProbe final : public AsyncCollector {
 public:
  TcpProbe(net::Loop& loop, const net::EgressGate& gate, TcpProbeSettings settings)
      : AsyncCollector(&loop, std::move(settings.series)),
        resolver_(net::resolver_of(net::context(loop))),
        gate_(gate),
        host_(std::move(settings.host)),
        port_(settings.port),
        family_(settings.family) {}

 private:
  asio::awaitable<Round> measure(Deadline deadline) override;
  [[nodiscard]] Round failed(const net::Failure& failure, std::chrono::microseconds dns,
                             const std::vector<asio::ip::address>& tried = {}) const;

  net::Resolver& resolver_;
  const net::EgressGate& gate_;
  std::string host_;
  std::uint16_t port_;
  net::Family family_;
};

asio::awaitable<Round> TcpProbe::measure(Deadline deadline) {
  const auto begin = Clock::now();
  const auto addresses = co_await resolver_.resolve(host_, family_, deadline);
  const auto dns = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
  if (!addresses) co_return failed({"dns", addresses.error().text()}, dns);

  const auto connection = co_await net::tcp_connect(*addresses, port_, gate_, deadline);
  if (!connection) co_return failed(connection.error(), dns, *addresses);
  Round round;
  round.values = {latency_ms(connection->took)};
  round.took = connection->took;
  co_return round;
}

Round TcpProbe::failed(const net::Failure& failure, std::chrono::microseconds dns,
                       const std::vector<asio::ip::address>& tried) const {
  const std::string target = fmt::format("{}:{}", host_, port_);
  json::array addresses;
  for (const auto& address : tried) addresses.emplace_back(address.to_string());
  const json::object evidence{{"target", target},
                              {"addresses", std::move(addresses)},
                              {"phases", {{"dns_ms", latency_ms(dns)}}},
                              {"reason", failure.reason},
                              {"error", failure.detail}};
  Round round = Round::failed(failure.reason, fmt::format("{}: {}", target, failure.detail));
  round.values = {std::nullopt};
  round.evidence = json::serialize(evidence);
  return round;
}

}  // namespace

std::unique_ptr<Collector> make_tcp_probe(net::Loop& loop, const net::EgressGate& gate, TcpProbeSettings settings) {
  if (settings.series.empty()) {
    const std::string target = fmt::format("{}:{}", settings.host, settings.port);
    settings.series = {probe_series("network.tcp", "net.tcp", settings.name, target, "rtt", "ms")};
  }
  return std::make_unique<TcpProbe>(loop, gate, std::move(settings));
}

}  // namespace oculus::collect
