// The login page: one form that works without scripts, and the two requests that begin and end a session.
#pragma once

#include "web/access.hpp"
#include "web/router.hpp"

namespace oculus::web {

class Login {
 public:
  explicit Login(Access& access);  // outlives this

  /// GET and POST `/login`, POST `/logout`. The routes refer to this object.
  void add_to(Router& router);

 private:
  boost::asio::awaitable<Response> show(Request request);
  boost::asio::awaitable<Response> log_in(Request request);
  boost::asio::awaitable<Response> log_out(Request request);
  [[nodiscard]] Response page(int status, std::string_view next, std::string_view complaint) const;

  Access& access_;
  std::string style_hash_;
};

/// `next` when it is a path on this server, else `/`: a login must not send people elsewhere.
[[nodiscard]] std::string_view local_next(std::string_view next) noexcept;

}  // namespace oculus::web
