// Everything that answers over HTTP, in one place: owns the handlers and adds their routes. The main loop thread.
#pragma once

#include "collect/collector_set.hpp"
#include "collect/registry.hpp"
#include "store/database.hpp"
#include "web/api/collectors_api.hpp"
#include "web/api/events_api.hpp"
#include "web/api/health_api.hpp"
#include "web/api/metrics_api.hpp"
#include "web/api/metrics_page.hpp"
#include "web/api/query_api.hpp"
#include "web/page/page.hpp"
#include "web/router.hpp"

namespace oculus::app {

/// Lives as long as the router, which refers to it.
class Routes {
 public:
  Routes(web::Router& router, store::Database& database, collect::CollectorSet& collectors,
         collect::Registry& registry);

 private:
  web::api::HealthApi health_;
  web::api::MetricsPage metrics_page_;
  web::api::MetricsApi metrics_;
  web::api::EventsApi events_;
  web::api::CollectorsApi collectors_;
  web::api::QueryApi query_;
  web::Page page_;
};

}  // namespace oculus::app
