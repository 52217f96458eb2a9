// From method and path to the handler. Built before the server starts, then read only; the main loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/http.hpp"

namespace oculus::web {

/// A member coroutine bound to its object (coroutine lambdas with captures are not used: the captures would die).
using Handler = std::function<boost::asio::awaitable<Response>(Request)>;

class Router {
 public:
  /// What a request needs, and whether the rate limit counts it.
  enum class Access {
    open,     // health, login page, assets, paths with a secret of their own: no token needed, not counted
    page,     // pages and partials: token (else sent to the login page), not counted
    machine,  // what programs read at their own pace, such as /metrics: token (else 401), not counted
    api,      // token (else 401), counted
    chart,    // chart data: as api, but not counted when the product's own page fetches it
  };

  /// `pattern` may hold whole segments as `{name}`: `/api/collectors/{type}/{name}`; a literal segment wins over a
  /// name, in whatever order they were added. GET answers HEAD too. A request with a body must declare one of
  /// `body_types` (`*/*`: any; none: there is nothing to say to it).
  /// GET and DELETE take no body: nobody would read it.
  void add(std::string method, std::string pattern, Access access, Handler handler,
           std::vector<std::string> body_types = {"application/json"});

  struct Match {
    const Handler* handler = nullptr;  // null: no such path, or (with `allowed` not empty) not this method
    Access access = Access::api;
    std::vector<std::pair<std::string, std::string>> path_values;  // decoded
    const std::vector<std::string>* body_types = nullptr;          // beside `handler`
    std::string allowed;                                           // for the header Allow
  };
  /// `path` as it was sent: it is split at its slashes before its parts are decoded, so a `%2F` belongs to a value.
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    Access access;
    Handler handler;
    std::vector<std::string> body_types;
  };
  std::vector<Route> routes_;
};

}  // namespace oculus::web
