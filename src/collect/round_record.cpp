#include "collect/round_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "model/duration.hpp"

namespace oculus::collect {
namespace {

constexpr microseconds kResolution{10};  // what the clock of a loaded machine can know, and what compresses

microseconds rounded(microseconds took) { return (took + kResolution / 2) / kResolution * kResolution; }

Event event_of(std::string_view category, TimePoint at) {
  Event event;
  event.at = at;
  event.source = fmt::format("collector.{}", category);
  return event;
}

}  // namespace

std::vector<Sample> samples_of(const Round& round, const std::vector<Series>& series, TimePoint at, int attempts) {
  Tags tags = round.tags;
  if (!round.success) tags.set("error", round.reason.empty() ? "failed" : round.reason);
  if (attempts > 1) tags.set("attempts", std::to_string(attempts));
  const auto took = round.took ? std::optional(rounded(*round.took)) : std::nullopt;

  std::vector<Sample> samples;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const std::optional<double> value = i < round.values.size() ? round.values[i] : std::nullopt;
    if (i > 0 && !value) continue;
    samples.push_back({series[i].id(), at, value, round.success, took, tags});
  }
  return samples;
}

bool is_ours(std::string_view reason) noexcept { return reason == "internal" || reason == "not_permitted"; }

Event began_to_fail(const Round& round, std::string_view what, std::string_view category, TimePoint at) {
  const bool ours = is_ours(round.reason);
  Event event = event_of(category, at);
  event.kind = ours ? EventKind::error : EventKind::system;
  event.severity = ours ? Severity::error : Severity::warn;
  event.message = fmt::format("{} began to fail: {}", what, round.detail.empty() ? round.reason : round.detail);
  boost::json::object payload{{"reason", round.reason}, {"detail", round.detail}};
  boost::system::error_code status;
  if (auto evidence = boost::json::parse(round.evidence, status); !status) payload["answer"] = std::move(evidence);
  event.payload = boost::json::serialize(payload);
  return event;
}

Event recovered(std::string_view what, std::string_view category, TimePoint failing_since, TimePoint at) {
  Event event = event_of(category, at);
  const auto length = std::max(microseconds(0), at - failing_since);
  event.message =
      fmt::format("{} recovered after {}", what, to_string(std::chrono::floor<std::chrono::seconds>(length)));
  event.payload = boost::json::serialize(boost::json::object{{"failing_since", to_us(failing_since)},
                                                             {"failed_for_ms", length / std::chrono::milliseconds(1)}});
  return event;
}

Event broken(std::string_view what, std::string_view category, std::string_view how) {
  Event event = event_of(category, now());
  event.kind = EventKind::error;
  event.severity = Severity::error;
  event.message = fmt::format("{} is broken: it {}", what, how);
  return event;
}

}  // namespace oculus::collect
