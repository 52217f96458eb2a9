// The parameters of a query, read and checked. Collects what is wrong, so that a person hears all of it. One request.
#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.hpp"
#include "model/series.hpp"
#include "store/query.hpp"
#include "web/http.hpp"

namespace oculus::web::api {

constexpr std::size_t kDefaultLimit = 100;
constexpr std::size_t kLargestLimit = 10'000;

class Parameters {
 public:
  /// Anything but `known` is a mistake, and so is a name that stands twice. `request` outlives this.
  Parameters(const Request& request, std::initializer_list<std::string_view> known);

  /// As it was sent. Empty is a mistake: a filter that was meant to hold something must not let everything through.
  std::optional<std::string> text(std::string_view name);
  std::optional<std::string> symbol();
  /// Longer than nothing.
  std::optional<microseconds> duration(std::string_view name);
  /// `limit`: 1 or more, 100 where it is not given; above the largest it is clamped.
  std::size_t limit();
  /// `order`: `desc` (newest first, the default) or `asc`.
  store::Order order();
  std::string cursor();
  std::optional<EventKind> kind();
  std::optional<Severity> severity();

  /// `range` (a duration back from now), or `start` (inclusive) and `end` (exclusive), each of which may be missing.
  /// Kept within the years 0 to 9999, so that a difference of two is always a length.
  struct Span {
    std::optional<TimePoint> from, to;
  };
  Span span();

  /// Adds a mistake that only the handler can see.
  void refuse(std::string_view name, std::string what, std::string_view expected);

  /// The answer for all mistakes so far, if there are any.
  [[nodiscard]] std::optional<Response> refusal() const;

 private:
  std::optional<TimePoint> instant(std::string_view name);
  const std::string* find(std::string_view name) const { return request_.parameter(name); }

  const Request& request_;
  const TimePoint present_ = now();
  std::vector<Error> errors_;
};

}  // namespace oculus::web::api
