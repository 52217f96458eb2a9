// POST /api/query: people's SQL in the sandbox. The main loop thread; body and answer are worked on where the query
// runs, on the threads of the sandbox.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>

#include "store/reader.hpp"
#include "web/router.hpp"

namespace oculus::web::api {

struct QueryLimits {
  std::chrono::milliseconds time = std::chrono::seconds(5);  // the wait for a turn included
  std::size_t rows = 1000;
  std::size_t bytes = 8U << 20;
  std::size_t body = 1U << 20;  // of the request: as much as a statement may have
};

class QueryApi {
 public:
  explicit QueryApi(store::SqlPool& sql, QueryLimits limits = {}) : sql_(sql), limits_(limits) {}

  /// The routes refer to this object.
  void add_routes(Router& router);

 private:
  boost::asio::awaitable<Response> run(Request request);

  store::SqlPool& sql_;
  const QueryLimits limits_;
};

}  // namespace oculus::web::api
