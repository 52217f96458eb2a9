// /api/events: what happened. The main loop thread; the work is done on the readers' threads.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "store/reader.hpp"
#include "web/router.hpp"

namespace oculus::web::api {

class EventsApi {
 public:
  explicit EventsApi(store::ReaderPool& readers) : readers_(readers) {}

  /// The routes refer to this object.
  void add_routes(Router& router);

 private:
  /// `severity=warn` means warn and worse.
  boost::asio::awaitable<Response> list(Request request);

  store::ReaderPool& readers_;
};

}  // namespace oculus::web::api
