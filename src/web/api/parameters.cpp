#include "web/api/parameters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "config/problems.hpp"
#include "model/duration.hpp"
#include "model/nearest.hpp"
#include "model/symbol.hpp"
#include "web/api/bad_request.hpp"

namespace oculus::web::api {
namespace {

using namespace std::chrono;
using config::in_quotes;

constexpr TimePoint kEarliest = sys_days(year_month_day(year(0), month(1), day(1)));
constexpr TimePoint kLatest = sys_days(year_month_day(year(9999), month(12), day(31)));

}  // namespace

Parameters::Parameters(const Request& request, std::initializer_list<std::string_view> known) : request_(request) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    if (std::ranges::find(known, std::string_view(name)) == known.end()) {
      const auto near = nearest(name, std::span(known.begin(), known.size()));
      refuse(name.substr(0, 60), fmt::format("there is no parameter {}", in_quotes(name)),
             near                ? fmt::format("the nearest known one is {}", *near)
             : known.size() == 0 ? std::string("no parameters at all")
                                 : fmt::format("one of {}", fmt::join(known, ", ")));
    } else if (!seen.insert(name).second) {
      refuse(name, fmt::format("{} stands twice", name), "one value");
    }
  }
}

void Parameters::refuse(std::string_view name, std::string what, std::string_view expected) {
  errors_.push_back({ErrorKind::invalid, std::move(what), std::string(expected), {std::string(name), 0, 0}});
}

std::optional<Response> Parameters::refusal() const {
  return errors_.empty() ? std::nullopt : std::optional(bad_request(errors_));
}

std::optional<std::string> Parameters::text(std::string_view name) {
  const std::string* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->empty()) refuse(name, fmt::format("{} is empty", name), "a value, or leave the parameter out");
  return *value;
}

std::optional<std::string> Parameters::symbol() {
  const auto value = text("symbol");
  if (!value || value->empty()) return value;
  if (auto symbol = Symbol::parse(*value); !symbol)
    refuse("symbol", std::move(symbol.error().what), symbol.error().expected);
  return value;
}

std::optional<microseconds> Parameters::duration(std::string_view name) {
  const std::string* const value = find(name);
  if (value == nullptr) return std::nullopt;
  auto length = parse_duration(*value);
  if (!length) {
    refuse(name, std::move(length.error().what), length.error().expected);
    return std::nullopt;
  }
  if (*length > 0us) return *length;
  refuse(name, fmt::format("{} is {}", name, in_quotes(*value)), "a duration longer than nothing, such as 1h");
  return std::nullopt;
}

std::size_t Parameters::limit() {
  const std::string* const value = find("limit");
  if (value == nullptr) return kDefaultLimit;
  const bool digits = !value->empty() && value->find_first_not_of("0123456789") == std::string::npos;
  std::size_t number = 0;
  const auto status = std::from_chars(value->data(), value->data() + value->size(), number).ec;
  if (digits && status == std::errc::result_out_of_range) return kLargestLimit;
  if (digits && number > 0) return std::min(number, kLargestLimit);
  refuse("limit", fmt::format("limit is {}", in_quotes(*value)),
         fmt::format("a whole number from 1 to {}", kLargestLimit));
  return kDefaultLimit;
}

store::Order Parameters::order() {
  const std::string* const value = find("order");
  if (value == nullptr || *value == "desc") return store::Order::newest_first;
  if (*value != "asc")
    refuse("order", fmt::format("order is {}", in_quotes(*value)), "desc (newest first) or asc (oldest first)");
  return store::Order::oldest_first;
}

std::string Parameters::cursor() { return text("cursor").value_or(""); }

std::optional<EventKind> Parameters::kind() {
  const std::string* const value = find("kind");
  if (value == nullptr) return std::nullopt;
  const auto kind = event_kind_from(*value);
  if (!kind) refuse("kind", fmt::format("kind is {}", in_quotes(*value)), "alert, error, system or audit");
  return kind;
}

std::optional<Severity> Parameters::severity() {
  const std::string* const value = find("severity");
  if (value == nullptr) return std::nullopt;
  const auto severity = severity_from(*value);
  if (!severity)
    refuse("severity", fmt::format("severity is {}", in_quotes(*value)),
           "debug, info, warn, error or critical; worse ones are shown too");
  return severity;
}

std::optional<TimePoint> Parameters::instant(std::string_view name) {
  const std::string* const value = find(name);
  if (value == nullptr) return std::nullopt;
  auto at = parse_instant(*value, present_);
  if (at) return std::clamp(*at, kEarliest, kLatest);
  refuse(name, fmt::format("{} is {}, which is not a time", name, in_quotes(*value)), at.error().expected);
  return std::nullopt;
}

Parameters::Span Parameters::span() {
  const auto range = duration("range");
  Span span{instant("start"), instant("end")};
  if (find("range") != nullptr && (find("start") != nullptr || find("end") != nullptr)) {
    refuse("range", "range stands beside start or end", "range alone, or start and end");
  } else if (range) {
    span.from = *range > present_ - kEarliest ? kEarliest : present_ - *range;
  } else if (span.from && span.to && *span.from > *span.to) {
    refuse("start", fmt::format("start ({}) is behind end ({})", to_rfc3339(*span.from), to_rfc3339(*span.to)),
           "a start before the end");
  }
  return span;
}

}  // namespace oculus::web::api
