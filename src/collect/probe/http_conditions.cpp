#include "collect/probe/http_conditions.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace oculus::collect {
namespace {

constexpr int kLowest = 100;
constexpr int kHighest = 599;
constexpr std::int64_t kRegexMemory = std::int64_t{8} << 20;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool same_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemory);
  return options;
}

std::string listed(const std::vector<HttpProbeSettings::StatusRange>& ranges) {
  std::string text;
  for (const auto& [first, last] : ranges) {
    if (!text.empty()) text += ", ";
    text += first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
  }
  return text;
}

std::optional<int> code(std::string_view text) {
  int value = 0;
  const auto [rest, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc() || rest != text.data() + text.size() || value < kLowest || value > kHighest)
    return std::nullopt;
  return value;
}

}  // namespace

std::string regex_fault(const std::string& pattern) {
  const RE2 regex(pattern, quiet());
  return regex.ok() ? "" : regex.error();
}

Result<HttpProbeSettings::StatusRange> parse_status_range(std::string_view text, Place at) {
  const auto dash = text.find('-');
  const auto first = code(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : code(text.substr(dash + 1));
  if (first && last && *first <= *last) return std::pair{*first, *last};
  return invalid(fmt::format("'{}' is not a status", text), "a code from 100 to 599, or two as in 200-299",
                 std::move(at));
}

HttpConditions::HttpConditions(const HttpProbeSettings& settings)
    : status_(settings.expected_status),
      headers_(settings.expected_headers),
      contains_(settings.body_contains),
      regex_(settings.body_regex.empty() ? nullptr : std::make_unique<const RE2>(settings.body_regex, quiet())) {}

HttpConditions::~HttpConditions() = default;

std::optional<net::Failure> HttpConditions::unmet(const net::HttpExchange& exchange) const {
  const auto wanted = [&](const auto& range) {
    return exchange.status >= range.first && exchange.status <= range.second;
  };
  if (std::ranges::none_of(status_, wanted))
    return net::Failure{"status", fmt::format("answered {} instead of {}", exchange.status, listed(status_))};

  for (const auto& [name, value] : headers_) {
    const auto of_name = [&](const auto& header) { return same_name(header.first, name); };
    if (std::ranges::none_of(exchange.headers, of_name))
      return net::Failure{"header", fmt::format("the answer has no header '{}'", name)};
    if (std::ranges::none_of(exchange.headers,
                             [&](const auto& header) { return of_name(header) && header.second == value; }))
      return net::Failure{"header", fmt::format("the header '{}' has another value than expected", name)};
  }
  if (!contains_.empty() && exchange.body.find(contains_) == std::string::npos)
    return net::Failure{"body", fmt::format("the body does not contain '{}'", contains_)};
  if (regex_ && !RE2::PartialMatch(exchange.body, *regex_))
    return net::Failure{"body", fmt::format("the body does not match '{}'", regex_->pattern())};
  return std::nullopt;
}

}  // namespace oculus::collect
