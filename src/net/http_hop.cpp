#include "net/http_hop.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <algorithm>
#include <new>
#include <utility>

#include "net/address.hpp"

namespace oculus::net {
namespace {

constexpr std::size_t kMostHeaderBytes = std::size_t{256} << 10;

template <class T>
T info(CURL* handle, CURLINFO which) {
  T value{};
  curl_easy_getinfo(handle, which, &value);
  return value;
}

using std::chrono::microseconds;

microseconds stamp(CURL* handle, CURLINFO which) { return microseconds(info<curl_off_t>(handle, which)); }

// The days until the first of them expires.
std::optional<double> days_left(const STACK_OF(X509) * chain) {
  std::optional<double> least;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    int days = 0;
    int seconds = 0;
    if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(sk_X509_value(chain, i))) != 1) continue;
    const double left = days + seconds / 86400.0;
    least = std::min(least.value_or(left), left);
  }
  return least;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string reason_of_curl(CURLcode result, long system_error) {
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "dns";
    case CURLE_PROXY:
      return "proxy";
    case CURLE_COULDNT_CONNECT:
      return system_error == 0 ? "unreachable"
                               : reason_of({static_cast<int>(system_error), boost::system::system_category()});
    case CURLE_OPERATION_TIMEDOUT:
      return "timeout";
    case CURLE_GOT_NOTHING:   // closed in place of an answer
    case CURLE_PARTIAL_FILE:  // closed in the middle of one
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return "reset";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
      return "tls";
    case CURLE_BAD_CONTENT_ENCODING:
      return "body";
    case CURLE_FAILED_INIT:
    case CURLE_OUT_OF_MEMORY:
      return "internal";
    default:
      return "protocol";
  }
}

// The proxy was reached and did not open a way to the target (RFC 9110, section 9.3.6).
bool tunnel_refused(CURL* handle) {
  const long status = info<long>(handle, CURLINFO_HTTP_CONNECTCODE);
  return status != 0 && (status < 200 || status > 299);
}

bool is_numeric(const std::string& host) {
  boost::system::error_code bad;
  boost::asio::ip::make_address(host, bad);
  return !bad;
}

std::string resolve_line(const HttpHopPlan& plan) {
  std::string_view host = plan.target.host;
  if (host.ends_with('.')) host.remove_suffix(1);                     // as curl does before it looks
  std::string line = fmt::format("+{}:{}:", host, plan.target.port);  // `+`: curl forgets it after a minute
  for (const auto& address : plan.addresses)
    line += fmt::format("{}{}", &address == &plan.addresses.front() ? "" : ",", address.to_string());
  return line;
}

bool has_header(const HttpHeaders& headers, std::string_view wanted) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::any_of(
      headers, [&](const auto& header) { return std::ranges::equal(header.first, wanted, {}, lower, lower); });
}

}  // namespace

HttpHop::HttpHop(CURL* handle, const HttpRequest& request, const HttpHopPlan& plan, const EgressGate& gate,
                 CertificateStore trusted)
    : handle_(handle), request_(request), plan_(plan), gate_(gate), trusted_(std::move(trusted)) {
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, why_.data());
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  set_request();
  set_connection();
  if (plan_.target.tls() || !request_.proxy.empty() || plan_.addresses.empty()) set_tls();
}

void HttpHop::append(List& list, const std::string& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

void HttpHop::set_request() {
  curl_easy_setopt(handle_, CURLOPT_URL, plan_.url.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION,
                   request_.version == HttpVersion::http1  ? CURL_HTTP_VERSION_1_1
                   : request_.version == HttpVersion::best ? CURL_HTTP_VERSION_2TLS
                   : plan_.target.tls()                    ? CURL_HTTP_VERSION_2TLS
                                                           : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
  curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, plan_.method.c_str());
  if (plan_.method == "HEAD") curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
  if (plan_.with_body) {
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request_.body.c_str());
    append(headers_sent_, "Expect:");  // no round trip to ask whether the body may come
  }
  const bool own = plan_.with_headers;
  if (plan_.with_body && !(own && has_header(request_.headers, "content-type"))) append(headers_sent_, "Content-Type:");
  if (!(own && has_header(request_.headers, "user-agent"))) curl_easy_setopt(handle_, CURLOPT_USERAGENT, "oculus");
  if (!(own && has_header(request_.headers, "accept-encoding")))
    curl_easy_setopt(handle_, CURLOPT_ACCEPT_ENCODING, "gzip, br");
  if (own)
    for (const auto& [name, value] : request_.headers)
      append(headers_sent_, value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_sent_.get());
  curl_easy_setopt(handle_, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // none of them to a proxy
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
}

void HttpHop::set_connection() {
  curl_easy_setopt(handle_, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(handle_, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS,
                   600'000L);  // the deadline is ours, and curl's own would end first
  curl_easy_setopt(handle_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (request_.proxy == "none") {
    curl_easy_setopt(handle_, CURLOPT_PROXY, "");
  } else if (!request_.proxy.empty()) {
    curl_easy_setopt(handle_, CURLOPT_PROXY, request_.proxy.c_str());
  }
  curl_easy_setopt(handle_, CURLOPT_IPRESOLVE,
                   request_.family == Family::v4   ? CURL_IPRESOLVE_V4
                   : request_.family == Family::v6 ? CURL_IPRESOLVE_V6
                                                   : CURL_IPRESOLVE_WHATEVER);
  if (plan_.addresses.empty() || is_numeric(plan_.target.host)) return;
  append(resolved_, resolve_line(plan_));
  curl_easy_setopt(handle_, CURLOPT_RESOLVE, resolved_.get());
}

// The store is ours, read once; curl would read the bundle itself.
void HttpHop::set_tls() {
  curl_easy_setopt(handle_, CURLOPT_CAINFO, nullptr);
  curl_easy_setopt(handle_, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(handle_, CURLOPT_PROXY_CAINFO, nullptr);
  curl_easy_setopt(handle_, CURLOPT_PROXY_CAPATH, nullptr);
  curl_easy_setopt(handle_, CURLOPT_CA_CACHE_TIMEOUT, 0L);
  curl_easy_setopt(handle_, CURLOPT_SSL_SESSIONID_CACHE, 0L);  // each handshake is a whole one, and compares
  curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYPEER, request_.verify ? 1L : 0L);
  curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYHOST, request_.verify ? 2L : 0L);
  curl_easy_setopt(handle_, CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
  curl_easy_setopt(handle_, CURLOPT_SSL_CTX_DATA, this);
}

std::size_t HttpHop::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& hop = *static_cast<HttpHop*>(self);
  hop.header_bytes_ += size * count;
  if (hop.header_bytes_ > kMostHeaderBytes) return 0;
  hop.take_header({data, size * count});
  return size * count;
}

void HttpHop::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {  // a new answer; the one before was interim (1xx)
    headers_.clear();
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  headers_.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
}

std::size_t HttpHop::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& hop = *static_cast<HttpHop*>(self);
  const std::size_t room = hop.request_.max_body - hop.body_.size();
  hop.body_too_long_ = size * count > room;
  hop.body_.append(data, std::min(size * count, room));
  return hop.body_too_long_ ? 0 : size * count;
}

curl_socket_t HttpHop::on_open_socket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& hop = *static_cast<HttpHop*>(self);
  const auto bytes = bytes_of(address->addr);
  if (!bytes) return CURL_SOCKET_BAD;
  if (auto allowed = hop.gate_.check(*bytes); !allowed) {
    hop.refused_by_gate_ = allowed.error().text();
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode HttpHop::on_tls_context(CURL* /*handle*/, void* context, void* self) {
  auto& hop = *static_cast<HttpHop*>(self);
  auto* const tls = static_cast<SSL_CTX*>(context);
  if (hop.trusted_) SSL_CTX_set1_cert_store(tls, hop.trusted_.get());
  SSL_CTX_set_cert_verify_callback(tls, on_certificates, self);
  hop.cert_days_.reset();  // what a proxy presented before
  return CURLE_OK;
}

// Called with what was presented, whether or not it is trusted in the end.
int HttpHop::on_certificates(X509_STORE_CTX* chain, void* self) {
  auto& hop = *static_cast<HttpHop*>(self);
  hop.cert_days_ = days_left(X509_STORE_CTX_get0_untrusted(chain));
  return hop.request_.verify ? X509_verify_cert(chain) : 1;
}

std::optional<Failure> HttpHop::failure(CURLcode result) const {
  if (result == CURLE_OK) return std::nullopt;
  if (body_too_long_)
    return Failure{"body",
                   fmt::format("the body is longer than {} bytes; `max_body` sets the limit", request_.max_body)};
  if (header_bytes_ > kMostHeaderBytes)
    return Failure{"protocol", fmt::format("the headers of the answer are longer than {} bytes", kMostHeaderBytes)};
  if (result == CURLE_COULDNT_CONNECT && !refused_by_gate_.empty()) return Failure{"gate", refused_by_gate_};
  if (tunnel_refused(handle_))
    return Failure{"proxy", fmt::format("the proxy answered {} when asked for a way to {}",
                                        info<long>(handle_, CURLINFO_HTTP_CONNECTCODE), plan_.target.authority())};
  const std::string_view why = why_[0] != '\0' ? std::string_view(why_.data()) : curl_easy_strerror(result);
  return Failure{reason_of_curl(result, info<long>(handle_, CURLINFO_OS_ERRNO)), std::string(trimmed(why))};
}

std::string_view HttpHop::stage() const {
  if (plan_.addresses.empty() && stamp(handle_, CURLINFO_NAMELOOKUP_TIME_T).count() == 0) return "looking up the name";
  if (stamp(handle_, CURLINFO_CONNECT_TIME_T).count() == 0) return "connecting";
  if (plan_.target.tls() && stamp(handle_, CURLINFO_APPCONNECT_TIME_T).count() == 0) return "shaking hands over TLS";
  if (stamp(handle_, CURLINFO_STARTTRANSFER_TIME_T).count() == 0) return "waiting for the first byte of the answer";
  return "reading the answer";
}

void HttpHop::report(HttpExchange& exchange) {
  const auto named = stamp(handle_, CURLINFO_NAMELOOKUP_TIME_T);
  const auto connected = stamp(handle_, CURLINFO_CONNECT_TIME_T);
  const auto secured = stamp(handle_, CURLINFO_APPCONNECT_TIME_T);
  const auto answered = stamp(handle_, CURLINFO_STARTTRANSFER_TIME_T);
  if (plan_.addresses.empty() && named.count() > 0) add(exchange.phases.dns, named);
  if (connected.count() > 0) add(exchange.phases.connect, connected - named);
  if (plan_.target.tls() && secured.count() > 0) add(exchange.phases.tls, secured - connected);
  // From the connection being ready: curl's own "pretransfer" is stamped late under load.
  if (answered.count() > 0) add(exchange.phases.ttfb, answered - std::max(connected, secured));

  exchange.status = static_cast<int>(info<long>(handle_, CURLINFO_RESPONSE_CODE));
  const long version = info<long>(handle_, CURLINFO_HTTP_VERSION);
  exchange.version = version == CURL_HTTP_VERSION_2_0   ? "2"
                     : version == CURL_HTTP_VERSION_1_1 ? "1.1"
                     : version == CURL_HTTP_VERSION_1_0 ? "1.0"
                                                        : "";
  if (const char* const address = info<char*>(handle_, CURLINFO_PRIMARY_IP); address != nullptr)
    exchange.address = address;
  if (cert_days_ && plan_.target.tls() && !tunnel_refused(handle_)) exchange.cert_days = cert_days_;
  exchange.headers = std::move(headers_);
  exchange.body = std::move(body_);
  exchange.url = plan_.url;
}

std::string HttpHop::redirect_target() const {
  const char* const url = info<char*>(handle_, CURLINFO_REDIRECT_URL);
  return url == nullptr ? "" : url;
}

}  // namespace oculus::net
