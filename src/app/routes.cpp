#include "app/routes.hpp"

#include "model/version.hpp"

namespace oculus::app {

Routes::Routes(web::Router& router, store::Database& database, collect::CollectorSet& collectors,
               collect::Registry& registry)
    : health_(*database.writer, *database.readers),
      metrics_page_(database, registry, std::string(version())),
      metrics_(*database.readers),
      events_(*database.readers),
      collectors_(collectors, registry, *database.writer, *database.readers),
      query_(*database.sql),
      page_({*database.readers, database.writer.get(), [&collectors] { return collectors.list(); },
             std::string(version())}) {
  health_.add_routes(router);
  metrics_page_.add_routes(router);
  metrics_.add_routes(router);
  events_.add_routes(router);
  collectors_.add_routes(router);
  query_.add_routes(router);
  page_.add_to(router);
}

}  // namespace oculus::app
