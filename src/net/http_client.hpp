// HTTP requests, each over a connection of its own, with the time of every phase. One for each loop; its loop's thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

#include "model/time.hpp"
#include "net/curl_loop.hpp"
#include "net/egress_gate.hpp"
#include "net/http_exchange.hpp"
#include "net/resolver.hpp"
#include "net/trust_store.hpp"

namespace oculus::net {

struct HttpHopPlan;

/// A service of the io_context: `http_client_of(loop)` makes it with the first use and it goes with the loop.
class HttpClient : public boost::asio::io_context::service {
 public:
  static boost::asio::io_context::id id;

  explicit HttpClient(boost::asio::io_context& loop);

  /// Begins to read the system's CA bundle, so that the first request over TLS finds it ready. Any thread, before the
  /// first request.
  void preload_trust();

  /// One exchange, redirects included, ended by the deadline. Every connection passes the gate, those to a proxy too;
  /// what lies behind a proxy is the proxy's business.
  boost::asio::awaitable<HttpExchange> fetch(HttpRequest request, const EgressGate& gate, Deadline deadline);

 private:
  void shutdown() override;
  boost::asio::awaitable<void> run_hop(const HttpRequest& request, const HttpHopPlan& plan, const EgressGate& gate,
                                       Deadline deadline, HttpExchange& exchange, std::string& redirect);
  boost::asio::awaitable<std::optional<Failure>> look_up(const HttpRequest& request, HttpHopPlan& plan,
                                                         Deadline deadline, HttpExchange& exchange);

  boost::asio::io_context& loop_;
  Resolver& resolver_;
  TrustStores trust_;
  CurlLoop curl_;
};

HttpClient& http_client_of(boost::asio::io_context& loop);

}  // namespace oculus::net
