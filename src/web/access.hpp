// Who may do what: decided from the head alone, before a body is read. The main loop thread.
//  [A1] With a token, every path but the open ones needs it, as bearer or as the cookie of the login page.
//  [A2] Without one, only names that cannot be rebound to us are answered (421); health is for everyone.
//  [A3] A changing request or an upgrade, to whatever protocol, that a foreign page sent is 403, on every path.
//  [A4] A body needs a type that a foreign form cannot send without asking (415), and a route that reads one (400).
//  [A5] Each client has a token bucket over the API (429), and one for wrong tokens.
//  [A6] Other origins read answers only where `server.cors` lists them.
#pragma once

#include <optional>
#include <string>

#include "web/head.hpp"
#include "web/router.hpp"
#include "web/server_settings.hpp"
#include "web/sessions.hpp"

namespace oculus::web {

class Access {
 public:
  /// `port` is the one that was taken: cookies know no ports, so two servers on one machine need two names.
  Access(ServerSettings settings, std::uint16_t port);

  /// An answer that says no (or answers a preflight), or nothing; then `request` knows who sent it. `local` is the
  /// address at which the connection arrived.
  std::optional<Response> judge(const Head& head, const Router::Match& match, Request& request,
                                const std::string& local, Clock::time_point now);

  /// The headers that let a listed origin read the answer.
  void add_cors(const Head& head, const Router::Match& match, Response& answer) const;

  /// The value for Set-Cookie, or nothing for a wrong token; a client that guesses too often gets an answer instead.
  struct LogIn {
    std::optional<std::string> cookie;
    std::optional<Response> refusal;
  };
  LogIn log_in(const Request& request, std::string_view token, Clock::time_point now);

  /// Ends the request's session; the value for Set-Cookie that removes the cookie.
  std::string log_out(const Request& request);

  [[nodiscard]] bool needs_token() const noexcept { return !settings_.token.empty(); }

 private:
  enum class Proof { none, wrong, bearer, cookie };

  [[nodiscard]] bool is_known_host(const Head& head, const std::string& local) const;
  [[nodiscard]] bool is_foreign(const Head& head) const;
  [[nodiscard]] std::optional<Response> preflight(const Head& head, const Router::Match& match) const;
  [[nodiscard]] Proof proof_of(const Request& request, Clock::time_point now) const;
  [[nodiscard]] std::optional<std::string> session_of(const Request& request) const;
  [[nodiscard]] std::string cookie(const Request& request, std::string_view id, std::chrono::seconds age) const;

  ServerSettings settings_;
  std::string cookie_name_;
  Sessions sessions_;
  RateLimiter wrong_tokens_;
  std::optional<RateLimiter> requests_;
};

/// `address` is loopback; binding to any other needs a token.
[[nodiscard]] Result<> may_listen(const ServerSettings& settings, bool loopback);

}  // namespace oculus::web
