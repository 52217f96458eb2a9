// GET /metrics: what Oculus says of itself, for Prometheus. The main loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "collect/registry.hpp"
#include "store/database.hpp"
#include "web/router.hpp"

namespace oculus::web::api {

class MetricsPage {
 public:
  /// `version` is that of the program.
  MetricsPage(const store::Database& database, const collect::Registry& registry, std::string version)
      : database_(database), registry_(registry), version_(std::move(version)) {}

  /// The routes refer to this object.
  void add_routes(Router& router);

 private:
  boost::asio::awaitable<Response> show(Request request);

  const store::Database& database_;
  const collect::Registry& registry_;
  const std::string version_;
};

}  // namespace oculus::web::api
