#include <fmt/format.h>

#include <future>

#include "cli/commands.hpp"
#include "cli/probe_report.hpp"
#include "cli/probe_target.hpp"
#include "net/egress_gate.hpp"
#include "net/loop.hpp"

namespace oculus::cli {
namespace {

/// What may be reached is for the configuration to say, as long as there is a sound one. One that is named has to be.
std::optional<net::EgressGate> gate_of(const Source& source, const config::Environment& environment,
                                       config::Problems& problems) {
  config::Problems mistakes;
  const config::Config config = config::load(source.config_path, environment, {}, mistakes);
  if (!mistakes.none() && !source.config_path.empty()) {
    problems = std::move(mistakes);
    return std::nullopt;
  }
  auto gate = net::EgressGate::make(config.egress.allow, config.egress.deny);
  if (gate) return std::move(*gate);
  problems.add(gate.error());
  return std::nullopt;
}

collect::Round one_round(collect::Collector& collector, net::Loop& loop, std::chrono::microseconds timeout) {
  const auto done = std::make_shared<std::promise<collect::Round>>();  // shared: std::function copies
  auto round = done->get_future();
  loop.post([&collector, timeout, done] {
    collector.collect(Clock::now() + timeout, [done](collect::Round result) { done->set_value(std::move(result)); });
  });
  collect::Round result = round.get();
  loop.stop();  // what is left of the round ends before the collector does
  return result;
}

}  // namespace

int probe(const ProbeOptions& options, const Source& source, const config::Environment& environment, Console& console) {
  const auto wrong = [&](const config::Problems& problems) {
    console.complain_lines(problems.text());
    return kWrong;
  };
  config::Problems problems;
  const collect::CollectorKind& kind = *collect::find_kind(options.type);  // the command line knows the kinds
  const auto gate = gate_of(source, environment, problems);
  if (!gate) return wrong(problems);
  const auto node = probe_node(kind, options, problems);
  if (!node) return wrong(problems);
  const auto spec = collect::read_spec(options.type, *node, problems);
  if (!spec) return wrong(problems);
  net::Loop loop("oculus-probe");
  const auto collector = kind.make(*spec, collect::Parts{&loop, &*gate}, problems);
  if (!collector) return wrong(problems);

  ProbeReport report{options.type, options.target, collector->series(), one_round(*collector, loop, spec->timeout)};
  console.print(options.json ? report.json() : report.text(console));
  return report.round.success ? kGood : kFailed;
}

}  // namespace oculus::cli
