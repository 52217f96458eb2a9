// /api/collectors: makes, shows, changes, runs and removes collectors. The main loop thread; rows are read on the
// readers' threads, changes wait for the writer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "collect/collector_set.hpp"
#include "store/reader.hpp"
#include "store/store_writer.hpp"
#include "web/router.hpp"

namespace oculus::web::api {

class CollectorsApi {
 public:
  CollectorsApi(collect::CollectorSet& collectors, collect::Registry& registry, store::StoreWriter& writer,
                store::ReaderPool& readers)
      : collectors_(collectors), registry_(registry), writer_(writer), readers_(readers) {}

  /// The routes refer to this object.
  void add_routes(Router& router);

 private:
  boost::asio::awaitable<Response> list(Request request);
  boost::asio::awaitable<Response> show(Request request);
  boost::asio::awaitable<Response> create(Request request);
  /// Keys that the body leaves out keep what is stored, so that `{"enabled": false}` is enough to pause a collector.
  boost::asio::awaitable<Response> replace(Request request);
  boost::asio::awaitable<Response> remove(Request request);
  boost::asio::awaitable<Response> run_now(Request request);

  struct Found {
    collect::CollectorView view;
    std::string json;  // the view, with its status
  };
  boost::asio::awaitable<Result<Found>> find(std::string type, std::string name);
  /// An audit event: who did what to which collector, never its configuration.
  void note(const Request& request, std::string_view action, const std::string& type, const std::string& name);

  collect::CollectorSet& collectors_;
  collect::Registry& registry_;
  store::StoreWriter& writer_;
  store::ReaderPool& readers_;
};

}  // namespace oculus::web::api
