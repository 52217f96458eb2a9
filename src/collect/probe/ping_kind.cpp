// The collector type `ping` as the configuration knows it.
#include <fmt/format.h>

#include <utility>

#include "collect/kinds.hpp"
#include "collect/probe/ip_field.hpp"
#include "collect/probe/never_run.hpp"
#include "collect/probe/ping_probe.hpp"
#include "model/duration.hpp"

namespace oculus::collect {
namespace {

using config::Field;
using config::FieldType;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr Field kFields[] = {
    {.key = "host", .type = FieldType::host, .help = "what to ping", .example = "192.0.2.1", .required = true},
    kIpField,
    {.key = "count",
     .type = FieldType::integer,
     .help = "requests in a round",
     .fallback = "3",
     .example = "5",
     .least = 1,
     .most = 20},
    {.key = "packet_interval",
     .type = FieldType::duration,
     .help = "from one request to the next",
     .fallback = "200ms",
     .example = "100ms",
     .shortest = 10ms,
     .longest = 10s},
    {.key = "size",
     .type = FieldType::integer,
     .help = "bytes of payload in a request",
     .fallback = "56",
     .example = "1400",
     .least = 8,
     .most = 65'507},
};

struct SeriesOfField {
  std::string_view field, unit, what;
};
constexpr SeriesOfField kSeries[] = {{"rtt", "ms", "round-trip time, the median of the round"},
                                     {"loss", "%", "requests that were not answered"},
                                     {"jitter", "ms", "mean difference between consecutive round-trip times"}};

PingProbeSettings settings_of(const CollectorSpec& spec) {
  const config::Settings& given = spec.settings;
  PingProbeSettings settings{.name = spec.name, .host = given.text("host").value_or(""), .family = ip_family(given)};
  settings.count = static_cast<int>(given.integer("count").value_or(settings.count));
  settings.packet_interval =
      std::chrono::floor<milliseconds>(given.duration("packet_interval").value_or(settings.packet_interval));
  settings.size = static_cast<std::size_t>(given.integer("size").value_or(static_cast<std::int64_t>(settings.size)));
  return settings;
}

// All requests have to be out before the round ends, or its loss would be that of fewer than were asked for.
Result<> check_timeout(const PingProbeSettings& settings, const CollectorSpec& spec) {
  const auto sending = (settings.count - 1) * settings.packet_interval;
  if (sending < spec.timeout) return {};
  return invalid(
      fmt::format("ping '{}': {} requests every {} take {}, and the timeout is {}", spec.name, settings.count,
                  to_string(settings.packet_interval), to_string(sending), to_string(spec.timeout)),
      "a longer timeout, or fewer requests", spec.place);
}

std::unique_ptr<Collector> refuse(Error problem, config::Problems& problems) {
  problems.add(std::move(problem));
  return nullptr;
}

std::unique_ptr<Collector> make(const CollectorSpec& spec, const Parts& parts, config::Problems& problems) {
  PingProbeSettings settings = settings_of(spec);
  if (auto fits = check_timeout(settings, spec); !fits) return refuse(std::move(fits.error()), problems);
  for (const auto& [field, unit, what] : kSeries) {
    auto series = spec.series("network.ping", "net.ping", settings.host, field, unit, what);
    if (!series) return refuse(std::move(series.error()), problems);
    settings.series.push_back(std::move(*series));
  }
  if (parts.loop == nullptr || parts.gate == nullptr) return make_never_run(std::move(settings.series));
  auto probe = make_ping_probe(*parts.loop, *parts.gate, std::move(settings));
  return probe ? std::move(*probe) : refuse(std::move(probe.error()), problems);
}

}  // namespace

const CollectorKind kPingProbe = {"ping", "round-trip time, loss and jitter of ICMP echo", 3s, kFields, make};

}  // namespace oculus::collect
