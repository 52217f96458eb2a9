// Whether an answer is what was expected. Immutable; any thread.
#pragma once

#include <memory>
#include <optional>

#include "collect/probe/http_probe.hpp"
#include "net/http_exchange.hpp"

namespace re2 {
class RE2;
}

namespace oculus::collect {

class HttpConditions {
 public:
  explicit HttpConditions(const HttpProbeSettings& settings);
  ~HttpConditions();
  HttpConditions(const HttpConditions&) = delete;
  HttpConditions& operator=(const HttpConditions&) = delete;

  /// The first condition that does not hold: `status`, `header`, `body`, in this order.
  [[nodiscard]] std::optional<net::Failure> unmet(const net::HttpExchange& exchange) const;

 private:
  std::vector<HttpProbeSettings::StatusRange> status_;
  HttpProbeSettings::Headers headers_;
  std::string contains_;
  std::unique_ptr<const re2::RE2> regex_;  // null: not asked
};

/// What RE2 has against a pattern; empty: nothing.
std::string regex_fault(const std::string& pattern);

/// Reads `200` or `200-299`.
Result<HttpProbeSettings::StatusRange> parse_status_range(std::string_view text, Place at = {});

}  // namespace oculus::collect
