// The pages, their parts under /partials/ and their assets. The main loop thread; the work is done on the readers'
// threads.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "web/page/page_renderer.hpp"
#include "web/router.hpp"

namespace oculus::web {

class Page {
 public:
  struct Sources {
    store::ReaderPool& readers;
    const store::StoreWriter* writer = nullptr;                       // null: opened read only
    std::function<std::vector<collect::CollectorView>()> collectors;  // asked on any thread
    std::string version;
  };

  explicit Page(Sources sources);

  /// The routes refer to this object.
  void add_to(Router& router);

 private:
  using Render = std::function<Response(const PageRenderer&, store::Reader&, const PageQuery&, const SystemFacts&)>;

  boost::asio::awaitable<Response> show(Render render, Request request);
  boost::asio::awaitable<Response> show_status(Request request);
  boost::asio::awaitable<Response> show_series(Request request);

  Sources sources_;
  std::shared_ptr<const PageRenderer> renderer_;  // shared with jobs that nobody waits for any more
};

}  // namespace oculus::web
