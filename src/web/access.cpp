#include "web/access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <cmath>

#include "web/origin.hpp"

namespace oculus::web {
namespace {

constexpr RateLimit kWrongTokens{.rate = 0.5, .burst = 10};

bool is_health(const Head& head) { return head.target.path == "/healthz" || head.target.path == "/readyz"; }

bool is_changing(std::string_view method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

bool is_api(const Router::Match& match) {
  return match.access != Router::Access::open && match.access != Router::Access::page;
}

bool is_wildcard(std::string_view bind) {
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(bind, failed);
  return !failed && address.is_unspecified();
}

Response too_many(std::string_view what, Clock::duration wait) {
  const auto seconds = static_cast<long>(std::ceil(std::chrono::duration<double>(wait).count()));
  Response answer = Response::problem(429, what, fmt::format("the next one in {} s", std::max(seconds, 1L)));
  answer.headers.push_back({"Retry-After", std::to_string(std::max(seconds, 1L))});
  return answer;
}

Response unauthorized(bool wrong) {
  Response answer = Response::problem(401, wrong ? "the token is not the right one" : "this needs the token",
                                      "Authorization: Bearer and the value of server.token");
  answer.headers.push_back(
      {"WWW-Authenticate", wrong ? R"(Bearer realm="oculus", error="invalid_token")" : R"(Bearer realm="oculus")"});
  return answer;
}

std::string login_path(std::string_view next) { return fmt::format("/login?next={}", encode_percent(next)); }

// The path and query of `url`, as the address line of the page that sent a partial's request has them.
std::string_view local_part(std::string_view url) {
  const std::size_t host = url.find("://");
  const std::size_t path = host == std::string_view::npos ? host : url.find('/', host + 3);
  return path == std::string_view::npos ? "/" : url.substr(path);
}

Response to_login(const Head& head, const Request& request) {
  if (request.header("HX-Request")) {  // a partial: the page must go there, not the login form into the partial's place
    const std::string* page = request.header("HX-Current-URL");
    Response answer = unauthorized(false);
    answer.headers.push_back({"HX-Redirect", login_path(page ? local_part(*page) : "/")});
    return answer;
  }
  if (head.method != "GET" && head.method != "HEAD") return unauthorized(false);
  std::string next = head.target.raw_path;
  char separator = '?';
  for (const auto& [name, value] : head.target.query) {
    next += fmt::format("{}{}={}", separator, encode_percent(name), encode_percent(value));
    separator = '&';
  }
  return Response::see_other(login_path(next));
}

// `type/subtype`, without parameters.
std::string_view media_type(std::string_view header) {
  header = header.substr(0, header.find(';'));
  return header.substr(0, header.find_last_not_of(" \t") + 1);
}

std::optional<Response> judge_body(const Head& head, const Router::Match& match) {
  if (!head.has_body()) return {};
  if (match.body_types->empty())
    return Response::problem(400, fmt::format("{} takes no body with {}", head.target.path, head.method),
                             "a request without one: what it says would not be read");
  const std::string* coding = find_header(head.headers, "Content-Encoding");
  if (coding && !same_word(*coding, "identity"))
    return Response::problem(415, fmt::format("a body in the coding '{}' is not read here", *coding), "a plain body");
  const std::string* type = find_header(head.headers, "Content-Type");
  const std::string_view sent = type ? media_type(*type) : std::string_view();
  for (const std::string& taken : *match.body_types)
    if (taken == "*/*" || same_word(taken, sent)) return {};
  return Response::problem(415,
                           type ? fmt::format("a body of type '{}' is not read here", *type) : "the body has no type",
                           fmt::format("Content-Type: {}", fmt::join(*match.body_types, " or ")));
}

}  // namespace

Result<> may_listen(const ServerSettings& settings, bool loopback) {
  if (loopback || !settings.token.empty() || settings.auth_none) return {};
  return invalid(
      fmt::format("server.bind {} can be reached from other machines, and no token protects it", settings.bind),
      "set server.token, or write server.auth: none to let in whoever reaches it");
}

Access::Access(ServerSettings settings, std::uint16_t port)
    : settings_(std::move(settings)),
      cookie_name_(fmt::format("oculus_session_{}", port)),
      wrong_tokens_(kWrongTokens) {
  if (settings_.rate_limit) requests_.emplace(*settings_.rate_limit);
}

bool Access::is_known_host(const Head& head, const std::string& local) const {
  const std::string_view name = host_name(head.host);
  if (is_loopback_name(name) || same_word(name, settings_.bind) || same_address(name, settings_.bind)) return true;
  // Bound to every address, we are called by the one that the client reached: an address cannot be rebound, a name can.
  if (is_wildcard(settings_.bind) && same_address(name, local)) return true;
  return std::ranges::any_of(settings_.hosts, [&](const std::string& listed) {
    const bool bracketed = listed.starts_with('[') && listed.ends_with(']');
    return same_word(listed, name) || same_word(listed, head.host) ||
           same_address(bracketed ? host_name(listed) : listed, name);
  });
}

bool Access::is_foreign(const Head& head) const {
  const std::string* origin = find_header(head.headers, "Origin");
  if (origin && is_listed(settings_.cors, *origin)) return false;
  if (origin && !is_same_origin(*origin, head.host)) return true;
  const std::string* site = find_header(head.headers, "Sec-Fetch-Site");
  return site && (same_word(*site, "cross-site") || (same_word(*site, "same-site") && !origin));
}

std::optional<Response> Access::preflight(const Head& head, const Router::Match& match) const {
  const std::string* origin = find_header(head.headers, "Origin");
  if (head.method != "OPTIONS" || !origin || !find_header(head.headers, "Access-Control-Request-Method")) return {};
  if (!is_listed(settings_.cors, *origin) || !is_api(match) || match.allowed.empty()) return {};
  Response answer = Response::no_content();
  answer.headers = {{"Access-Control-Allow-Methods", match.allowed},
                    {"Access-Control-Allow-Headers", "Authorization, Content-Type"},
                    {"Access-Control-Max-Age", "600"}};
  return answer;
}

void Access::add_cors(const Head& head, const Router::Match& match, Response& answer) const {
  if (settings_.cors.empty() || !is_api(match)) return;
  answer.headers.push_back({"Vary", "Origin"});
  const std::string* origin = find_header(head.headers, "Origin");
  if (!origin || !is_listed(settings_.cors, *origin)) return;
  answer.headers.push_back({"Access-Control-Allow-Origin", *origin});
  answer.headers.push_back({"Access-Control-Expose-Headers", "ETag, Location, Retry-After"});
}

std::optional<std::string> Access::session_of(const Request& request) const {
  for (const Header& header : request.headers) {
    if (!same_word(header.name, "Cookie")) continue;
    for (std::string_view rest = header.value; !rest.empty();) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
      if (pair.starts_with(cookie_name_) && pair.substr(cookie_name_.size()).starts_with('='))
        return std::string(pair.substr(cookie_name_.size() + 1));
    }
  }
  return std::nullopt;
}

Access::Proof Access::proof_of(const Request& request, Clock::time_point now) const {
  constexpr std::string_view kScheme = "Bearer ";
  if (const std::string* sent = request.header("Authorization");
      sent && sent->size() > kScheme.size() && same_word(sent->substr(0, kScheme.size()), kScheme))
    return same_secret(sent->substr(kScheme.size()), settings_.token) ? Proof::bearer : Proof::wrong;
  const auto session = session_of(request);
  return session && sessions_.knows(*session, now) ? Proof::cookie : Proof::none;
}

std::optional<Response> Access::judge(const Head& head, const Router::Match& match, Request& request,
                                      const std::string& local, Clock::time_point now) {
  const std::string client = client_of(request.peer);
  if (!needs_token() && !is_health(head) && !is_known_host(head, local))  // [A2]
    return Response::problem(421, fmt::format("'{}' is not a name of this server", head.host),
                             "localhost, the address it is bound to, or a name listed in server.hosts");
  if ((is_changing(head.method) || head.upgrades) && is_foreign(head))  // [A3]
    return Response::problem(403, "a page of another origin sent this",
                             "the same host and port in Origin and Host, or the origin listed in server.cors");
  if (auto answer = preflight(head, match)) return answer;  // a browser sends no token with it

  const bool open = match.access == Router::Access::open;
  Proof proof = Proof::none;
  if (!needs_token()) {
    const std::string* site = request.header("Sec-Fetch-Site");
    request.logged_in = true;
    request.own_page = site && same_word(*site, "same-origin");
  } else {
    proof = proof_of(request, now);
    if (proof == Proof::wrong || proof == Proof::bearer) {  // [A5]: while it waits, even the right one tells nothing
      if (const auto wait = proof == Proof::wrong ? wrong_tokens_.take(client, now) : wrong_tokens_.wait(client, now);
          wait) {
        if (!open) return too_many("too many wrong tokens came from your address", *wait);
        proof = Proof::none;
      }
    }
    request.logged_in = proof == Proof::bearer || proof == Proof::cookie;
    request.own_page = proof == Proof::cookie;
  }

  const bool counted =
      match.access == Router::Access::api || (match.access == Router::Access::chart && !request.own_page);
  if (counted && requests_)
    if (const auto wait = requests_->take(client, now))  // [A5]
      return too_many(fmt::format("more requests than server.rate_limit allows ({} a second, {} at once)",
                                  settings_.rate_limit->rate, settings_.rate_limit->burst),
                      *wait);
  if (!open && !request.logged_in)  // [A1]
    return match.access == Router::Access::page ? to_login(head, request) : unauthorized(proof == Proof::wrong);

  if (!match.handler && match.allowed.empty())
    return Response::problem(404, fmt::format("there is nothing at {}", head.target.path));
  if (!match.handler) {
    Response answer =
        Response::problem(405, fmt::format("{} takes no {}", head.target.path, head.method), match.allowed);
    answer.headers.push_back({"Allow", match.allowed});
    return answer;
  }
  if (auto answer = judge_body(head, match)) return answer;  // [A4]
  if (head.content_length > settings_.body_limit)
    return Response::problem(413, fmt::format("the body has {} bytes", head.content_length),
                             fmt::format("at most {} bytes", settings_.body_limit));
  return {};
}

std::string Access::cookie(const Request& request, std::string_view id, std::chrono::seconds age) const {
  // We speak no TLS ourselves: a proxy that does says so. Whoever forges this only makes its own cookie stricter.
  const std::string* scheme = request.header("X-Forwarded-Proto");
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", cookie_name_, id, age.count(),
                     scheme && same_word(*scheme, "https") ? "; Secure" : "");
}

Access::LogIn Access::log_in(const Request& request, std::string_view token, Clock::time_point now) {
  const std::string client = client_of(request.peer);
  if (const auto wait = wrong_tokens_.wait(client, now))
    return {{}, too_many("too many wrong tokens came from your address", *wait)};
  if (!same_secret(token, settings_.token)) {
    wrong_tokens_.take(client, now);
    return {};
  }
  return {cookie(request, sessions_.open(now), Sessions::kLifetime), {}};
}

std::string Access::log_out(const Request& request) {
  if (const auto session = session_of(request)) sessions_.close(*session);
  return cookie(request, "", std::chrono::seconds(0));
}

}  // namespace oculus::web
