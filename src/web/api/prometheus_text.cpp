#include "web/api/prometheus_text.hpp"

#include <fmt/format.h>

namespace oculus::web::api {
namespace {

// Backslash and line feed are escaped everywhere, quotes in the values of labels.
std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || (quotes && c == '"')) out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

}  // namespace

PrometheusText& PrometheusText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, escaped(help, false), type);
  return *this;
}

PrometheusText& PrometheusText::sample(double value, Labels labels) {
  line("", labels, "", fmt::format("{}", value));
  return *this;
}

PrometheusText& PrometheusText::sample(std::uint64_t value, Labels labels) {
  line("", labels, "", std::to_string(value));
  return *this;
}

PrometheusText& PrometheusText::sample(const Histogram::Snapshot& histogram, Labels labels) {
  for (std::size_t i = 0; i < Histogram::kBounds.size(); ++i)
    line("_bucket", labels, fmt::format("{}", Histogram::kBounds[i]), std::to_string(histogram.at_most[i]));
  line("_bucket", labels, "+Inf", std::to_string(histogram.count));
  line("_sum", labels, "", fmt::format("{}", histogram.sum_seconds));
  line("_count", labels, "", std::to_string(histogram.count));
  return *this;
}

void PrometheusText::line(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value) {
  std::string list;
  const auto add = [&](std::string_view name, std::string_view text) {
    list += fmt::format("{}{}=\"{}\"", list.empty() ? "" : ",", name, escaped(text, true));
  };
  for (const auto& [name, text] : labels) add(name, text);
  if (!bound.empty()) add("le", bound);
  out_ += name_;
  out_ += suffix;
  if (!list.empty()) out_ += '{' + list + '}';
  out_ += fmt::format(" {}\n", value);
}

}  // namespace oculus::web::api
