// /healthz: the process answers. /readyz: it can write and read. The main loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "store/reader.hpp"
#include "store/store_writer.hpp"
#include "web/api/queue_watch.hpp"
#include "web/router.hpp"

namespace oculus::web::api {

class HealthApi {
 public:
  HealthApi(store::StoreWriter& writer, store::ReaderPool& readers) : writer_(writer), readers_(readers) {}

  /// The routes refer to this object.
  void add_routes(Router& router);

 private:
  boost::asio::awaitable<Response> health(Request request);
  boost::asio::awaitable<Response> readiness(Request request);
  /// Why not; empty when all is well.
  std::string writer_trouble();
  boost::asio::awaitable<std::string> reader_trouble();

  store::StoreWriter& writer_;
  store::ReaderPool& readers_;
  QueueWatch queue_;
};

}  // namespace oculus::web::api
