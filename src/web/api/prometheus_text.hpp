// Writes the text format that Prometheus scrapes, version 0.0.4. One thread at a time.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "model/histogram.hpp"

namespace oculus::web::api {

class PrometheusText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  /// Begins a family; its samples follow. `type` is counter, gauge or histogram.
  PrometheusText& family(std::string_view name, std::string_view type, std::string_view help);
  PrometheusText& sample(double value, Labels labels = {});
  PrometheusText& sample(std::uint64_t value, Labels labels = {});
  PrometheusText& sample(const Histogram::Snapshot& histogram, Labels labels = {});

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void line(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value);

  std::string out_;
  std::string name_;
};

}  // namespace oculus::web::api
