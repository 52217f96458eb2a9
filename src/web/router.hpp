// From method and path to the handler. Built before the server starts, then read only; the main loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.hpp"

namespace oculus::web {

/// A member coroutine bound to its object (coroutine lambdas with captures are not used: the captures would die).
using Handler = std::function<boost::asio::awaitable<Response>(Request)>;

class Router {
 public:
  /// What a request may cost before the access rules let it pass.
  enum class Access {
    open,    // health, login page, assets: no token needed, not counted
    page,    // pages and partials: token (else redirected to the login page), not counted
    api,     // token (else 401), counted by the rate limit
  };

  /// `pattern` may hold whole segments as `{name}`: `/api/collectors/{type}/{name}`. GET answers HEAD too.
  void add(std::string method, std::string pattern, Access access, Handler handler);

  struct Match {
    const Handler* handler = nullptr;  // null: no such path, or (with `allowed` not empty) not this method
    Access access = Access::api;
    std::vector<std::pair<std::string, std::string>> path_values;
    std::string allowed;               // for the header Allow
  };
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    Access access;
    Handler handler;
  };
  std::vector<Route> routes_;
};

}  // namespace oculus::web
