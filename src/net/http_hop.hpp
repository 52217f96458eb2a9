// One request and its answer over one fresh connection: what libcurl is told, and what it tells. Its loop's thread.
#pragma once

#include <curl/curl.h>
#include <openssl/types.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/egress_gate.hpp"
#include "net/http_exchange.hpp"
#include "net/http_url.hpp"
#include "net/trust_store.hpp"

namespace oculus::net {

struct HttpHopPlan {
  std::string url;
  HttpUrl target;
  std::string method;
  bool with_body = false;
  bool with_headers = true;                         // the configured ones
  std::vector<boost::asio::ip::address> addresses;  // of the target; empty: curl or the proxy look the name up
};

class HttpHop {
 public:
  /// All arguments outlive it.
  HttpHop(CURL* handle, const HttpRequest& request, const HttpHopPlan& plan, const EgressGate& gate,
          CertificateStore trusted);

  /// What is known when the transfer has ended with `result`.
  [[nodiscard]] std::optional<Failure> failure(CURLcode result) const;
  /// What was going on when it was ended from outside.
  [[nodiscard]] std::string_view stage() const;
  /// Adds phases and takes over answer, address and certificates.
  void report(HttpExchange& exchange);
  /// Where a redirect leads, absolute; empty: none.
  [[nodiscard]] std::string redirect_target() const;

 private:
  void set_request();
  void set_connection();
  void set_tls();

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static CURLcode on_tls_context(CURL* handle, void* context, void* self);
  static int on_certificates(X509_STORE_CTX* chain, void* self);
  void take_header(std::string_view line);

  struct ListCleanup {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };
  using List = std::unique_ptr<curl_slist, ListCleanup>;
  static void append(List& list, const std::string& line);

  CURL* handle_;
  const HttpRequest& request_;
  const HttpHopPlan& plan_;
  const EgressGate& gate_;
  CertificateStore trusted_;
  List headers_sent_;
  List resolved_;
  std::array<char, CURL_ERROR_SIZE> why_{};

  HttpHeaders headers_;
  std::size_t header_bytes_ = 0;
  std::string body_;
  bool body_too_long_ = false;
  std::string refused_by_gate_;
  std::optional<double> cert_days_;
};

}  // namespace oculus::net
