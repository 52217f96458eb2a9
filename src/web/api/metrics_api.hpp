// /api/metrics: samples, series with their latest value, points for charts, counts. The main loop thread; the work is
// done on the readers' threads.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "store/reader.hpp"
#include "web/router.hpp"

namespace oculus::web::api {

class MetricsApi {
 public:
  explicit MetricsApi(store::ReaderPool& readers) : readers_(readers) {}

  /// The routes refer to this object.
  void add_routes(Router& router);

 private:
  boost::asio::awaitable<Response> samples(Request request);
  boost::asio::awaitable<Response> stats(Request request);
  boost::asio::awaitable<Response> series(Request request);
  boost::asio::awaitable<Response> points(Request request);

  store::ReaderPool& readers_;
};

}  // namespace oculus::web::api
