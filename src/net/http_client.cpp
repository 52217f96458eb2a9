#include "net/http_client.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "net/http_hop.hpp"
#include "net/http_url.hpp"
#include "net/proxy_environment.hpp"

namespace asio = boost::asio;

namespace oculus::net {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

// Lends a handle and takes it back, with whatever transfer is still on it.
class Borrowed {
 public:
  explicit Borrowed(CurlLoop& curl) : curl_(curl), handle_(curl.borrow()) {}
  ~Borrowed() { curl_.give_back(handle_); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  [[nodiscard]] CURL* get() const noexcept { return handle_; }

 private:
  CurlLoop& curl_;
  CURL* handle_;
};

// Takes the transfer off curl, however the coroutine ends.
class Ending {
 public:
  Ending(CurlLoop& curl, CURL* handle) : curl_(curl), handle_(handle) {}
  ~Ending() { curl_.abort(handle_); }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

 private:
  CurlLoop& curl_;
  CURL* handle_;
};

bool through_proxy(const HttpRequest& request, const HttpUrl& target) {
  return request.proxy.empty() ? environment_names_proxy(target.scheme) : request.proxy != "none";
}

Failure too_late(std::string_view stage) { return {"timeout", fmt::format("the time was up while {}", stage)}; }

// RFC 9110, section 15.4: 303 asks for the result with GET; browsers and curl do the same for a POST answered with 301
// or 302.
void follow(int status, HttpHopPlan& plan) {
  const bool turns =
      (status == 303 && plan.method != "HEAD") || ((status == 301 || status == 302) && plan.method == "POST");
  if (!turns) return;
  plan.method = "GET";
  plan.with_body = false;
}

// What is configured for one host is not told to another: headers are left out, but a request without its body would
// ask something else. RFC 9110, section 15.4, leaves it to the client whether it follows.
Failure body_stays(const HttpUrl& from, const HttpUrl& to) {
  return {"redirect",
          fmt::format("{} redirects to {}, and a body is not sent to another host; ask that one straight, or "
                      "set `follow_redirects: false`",
                      from.authority(), to.authority())};
}

}  // namespace

asio::io_context::id HttpClient::id;

HttpClient::HttpClient(asio::io_context& loop)
    : asio::io_context::service(loop), loop_(loop), resolver_(resolver_of(loop)), trust_(loop), curl_(loop) {}

void HttpClient::shutdown() {
  curl_.shutdown();
  trust_.shutdown();
}

void HttpClient::preload_trust() {
  asio::post(loop_, [this] { trust_.preload(); });
}

asio::awaitable<HttpExchange> HttpClient::fetch(HttpRequest request, const EgressGate& gate, Deadline deadline) {
  HttpExchange exchange;
  HttpHopPlan plan;
  plan.url = request.url;
  plan.method = request.method;
  plan.with_body =
      !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  auto target = HttpUrl::parse(plan.url);
  while (target) {
    if (exchange.redirects > 0 && !same_site(plan.target, *target)) {
      if (plan.with_body && !request.body.empty()) {
        exchange.failure = body_stays(plan.target, *target);
        break;
      }
      plan.with_headers = false;
    }
    plan.target = std::move(*target);
    exchange.failure = co_await look_up(request, plan, deadline, exchange);
    if (exchange.failure) break;
    std::string redirect;
    co_await run_hop(request, plan, gate, deadline, exchange, redirect);
    if (exchange.failure || redirect.empty() || !request.follow_redirects) break;
    if (exchange.redirects >= request.max_redirects) {
      exchange.failure = Failure{
          "redirect", fmt::format("more than {} redirects; `max_redirects` sets the limit", request.max_redirects)};
      break;
    }
    ++exchange.redirects;
    follow(exchange.status, plan);
    plan.url = std::move(redirect);
    target = HttpUrl::parse(plan.url);
  }
  if (!target) exchange.failure = Failure{exchange.redirects > 0 ? "redirect" : "protocol", target.error().text()};
  co_return exchange;
}

asio::awaitable<std::optional<Failure>> HttpClient::look_up(const HttpRequest& request, HttpHopPlan& plan,
                                                            Deadline deadline, HttpExchange& exchange) {
  plan.addresses.clear();
  if (through_proxy(request, plan.target)) co_return std::nullopt;
  const auto begin = Clock::now();
  auto addresses = co_await resolver_.resolve(plan.target.host, request.family, deadline);
  const auto took = duration_cast<microseconds>(Clock::now() - begin);
  if (!addresses) co_return Failure{"dns", addresses.error().text()};
  plan.addresses = std::move(*addresses);
  add(exchange.phases.dns, took);
  add(exchange.phases.total, took);
  co_return std::nullopt;
}

asio::awaitable<void> HttpClient::run_hop(const HttpRequest& request, const HttpHopPlan& plan, const EgressGate& gate,
                                          Deadline deadline, HttpExchange& exchange, std::string& redirect) {
  CertificateStore trusted;
  if (request.verify && (plan.target.tls() || plan.addresses.empty())) {
    auto opened = co_await trust_.open(request.ca_file, deadline);  // before the clock starts: it is our time
    if (opened) {
      trusted = std::move(*opened);
    } else if (plan.target.tls()) {
      exchange.failure = Failure{"tls", opened.error().text()};
      co_return;
    }
  }
  const Borrowed handle(curl_);
  HttpHop hop(handle.get(), request, plan, gate, std::move(trusted));
  const Ending ending(curl_, handle.get());  // before what curl was told goes

  asio::steady_timer timer(loop_, deadline);
  std::optional<CURLcode> result;
  const auto begin = Clock::now();
  auto end = begin;
  curl_.start(handle.get(), [&](CURLcode code) {
    end = Clock::now();
    result = code;
    timer.cancel();
  });
  if (!result) co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (result) {
    exchange.failure = hop.failure(*result);
    if (*result == CURLE_OK) redirect = hop.redirect_target();
  } else {
    end = Clock::now();
    exchange.failure = end < deadline ? Failure{"cancelled", "the request was cancelled"} : too_late(hop.stage());
  }
  add(exchange.phases.total, duration_cast<microseconds>(end - begin));
  hop.report(exchange);
}

HttpClient& http_client_of(asio::io_context& loop) { return asio::use_service<HttpClient>(loop); }

}  // namespace oculus::net
