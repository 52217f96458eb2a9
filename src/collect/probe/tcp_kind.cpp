// The collector type `tcp` as the configuration knows it.
#include <fmt/format.h>

#include <utility>

#include "collect/kinds.hpp"
#include "collect/probe/ip_field.hpp"
#include "collect/probe/never_run.hpp"
#include "collect/probe/tcp_probe.hpp"

namespace oculus::collect {
namespace {

using config::Field;
using config::FieldType;

constexpr Field kFields[] = {
    {.key = "host",
     .type = FieldType::host,
     .help = "what to connect to",
     .example = "db.example.com",
     .required = true},
    {.key = "port", .type = FieldType::port, .help = "TCP port", .example = "5432", .required = true},
    kIpField,
};

std::unique_ptr<Collector> make(const CollectorSpec& spec, const Parts& parts, config::Problems& problems) {
  TcpProbeSettings settings;
  settings.name = spec.name;
  settings.host = spec.settings.text("host").value_or("");
  settings.port = static_cast<std::uint16_t>(spec.settings.integer("port").value_or(0));
  settings.family = ip_family(spec.settings);
  auto series = spec.series("network.tcp", "net.tcp", fmt::format("{}:{}", settings.host, settings.port), "rtt", "ms",
                            "time to connect");
  if (!series) {
    problems.add(std::move(series.error()));
    return nullptr;
  }
  settings.series = {std::move(*series)};
  if (parts.loop == nullptr || parts.gate == nullptr) return make_never_run(std::move(settings.series));
  return make_tcp_probe(*parts.loop, *parts.gate, std::move(settings));
}

}  // namespace

const CollectorKind kTcpProbe = {"tcp", "time to connect to a TCP port", std::chrono::seconds(3), kFields, make};

}  // namespace oculus::collect
