#include <gmock/gmock.h>
#include <stdlib.h>

#include <chrono>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/local_port.hpp"
#include "net/run_on.hpp"
#include "net/test_certificates.hpp"

namespace oculus::net {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// Opens every tunnel to one port, whatever name it is asked for.
HttpServer::Play tunnel_to(std::uint16_t port) {
  return [port](HttpServer::Peer& peer, const std::string& request) {
    if (!request.starts_with("CONNECT ")) return;
    if (peer.send("HTTP/1.1 200 OK\r\n\r\n")) peer.relay(port);
  };
}

// Set for one test; none runs beside it in the process.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

class HttpProxyTest : public testing::Test {
 protected:
  HttpProxyTest() {
    for (const char* name :
         {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"})
      ::unsetenv(name);
  }
  HttpExchange fetch(const std::string& url, const std::string& proxy = {}) {
    HttpRequest request;
    request.url = url;
    request.proxy = proxy;
    request.headers = {{"Authorization", "Bearer secret"}};
    request.ca_file = certificates.ca_file();
    return run_on(loop, http_client_of(context(loop)).fetch(request, gate, Clock::now() + 20s));
  }

  TestCertificates certificates;
  EgressGate gate;
  Loop loop{"test"};
};

TEST_F(HttpProxyTest, IsAskedForTheWholeUrl) {
  const HttpServer proxy(HttpServer::says(HttpServer::answer("by proxy")));
  EXPECT_EQ(fetch("http://somewhere.example.com/path", proxy.url()).body, "by proxy");
  EXPECT_THAT(proxy.requests().at(0), StartsWith("GET http://somewhere.example.com/path HTTP/1.1\r\n"));
}

TEST_F(HttpProxyTest, TunnelsWhatIsTls) {
  const auto tls = certificates.server("DNS:inside.example.com", 30);
  const HttpServer target(HttpServer::says(HttpServer::answer("inside")), "127.0.0.1", tls.get());
  const HttpServer proxy(tunnel_to(target.port()));
  const auto exchange = fetch("https://inside.example.com/", proxy.url());
  ASSERT_FALSE(exchange.failure) << exchange.failure->detail;
  EXPECT_EQ(exchange.body, "inside");
  EXPECT_TRUE(exchange.phases.tls.has_value());
  EXPECT_NEAR(exchange.cert_days.value_or(0), 30.0, 0.5);
  EXPECT_THAT(proxy.requests().at(0), StartsWith("CONNECT inside.example.com:443 HTTP/1.1\r\n"));
  EXPECT_THAT(proxy.requests(), Each(Not(HasSubstr("secret"))));
  EXPECT_THAT(target.requests().at(0), HasSubstr("Authorization: Bearer secret\r\n"));
}

TEST_F(HttpProxyTest, MayBeReachedOverTlsItself) {
  const auto targets = certificates.server("DNS:inside.example.com", 30);
  const auto proxys = certificates.server("IP:127.0.0.1", 5);
  const HttpServer target(HttpServer::says(HttpServer::answer("inside")), "127.0.0.1", targets.get());
  const HttpServer proxy(tunnel_to(target.port()), "127.0.0.1", proxys.get());
  const auto exchange = fetch("https://inside.example.com/", proxy.url());
  ASSERT_FALSE(exchange.failure) << exchange.failure->detail;
  EXPECT_EQ(exchange.body, "inside");
  EXPECT_NEAR(exchange.cert_days.value_or(0), 30.0, 0.5);  // the target's, not the proxy's

  const HttpServer plain(HttpServer::says(HttpServer::answer("plain")), "127.0.0.1", proxys.get());
  const auto through = fetch("http://somewhere.example.com/", plain.url());
  EXPECT_EQ(through.body, "plain");
  EXPECT_FALSE(through.cert_days.has_value());
}

TEST_F(HttpProxyTest, ThatRefusesTheTunnelIsNamed) {
  const auto tls = certificates.server("IP:127.0.0.1", 5);
  for (SSL_CTX* const own : {static_cast<SSL_CTX*>(nullptr), tls.get()}) {
    const HttpServer proxy(HttpServer::says(HttpServer::answer("", "403 Forbidden")), "127.0.0.1", own);
    const auto exchange = fetch("https://inside.example.com/", proxy.url());
    ASSERT_TRUE(exchange.failure);
    EXPECT_EQ(exchange.failure->reason, "proxy");
    EXPECT_EQ(exchange.failure->detail, "the proxy answered 403 when asked for a way to inside.example.com:443");
    EXPECT_FALSE(exchange.cert_days.has_value());
  }
}

TEST_F(HttpProxyTest, ThatIsNotThereIsRefused) {
  const RefusingPort nobody;
  const auto exchange = fetch("http://somewhere.example.com/", "http://127.0.0.1:" + std::to_string(nobody.port()));
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->reason, "refused");
}

TEST_F(HttpProxyTest, StandsBehindTheGateToo) {
  const auto exchange = fetch("http://somewhere.example.com/", "http://169.254.169.254:3128");
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->reason, "gate");
}

TEST_F(HttpProxyTest, IsTakenFromTheEnvironment) {
  const HttpServer target(HttpServer::says(HttpServer::answer("straight")));
  const HttpServer proxy(HttpServer::says(HttpServer::answer("by proxy")));
  for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) {
    const Variable set(name, proxy.url());
    EXPECT_EQ(fetch(target.url()).body, "by proxy") << name;
    EXPECT_EQ(fetch(target.url(), "none").body, "straight") << name;
  }
  const Variable upper("HTTP_PROXY", proxy.url());  // a CGI server makes it of the header `Proxy:` of any client
  EXPECT_EQ(fetch(target.url()).body, "straight");
}

TEST_F(HttpProxyTest, OfTheEnvironmentTunnelsTls) {
  const auto tls = certificates.server("DNS:inside.example.com", 30);
  const HttpServer target(HttpServer::says(HttpServer::answer("inside")), "127.0.0.1", tls.get());
  const HttpServer proxy(tunnel_to(target.port()));
  for (const char* name : {"https_proxy", "HTTPS_PROXY"}) {
    const Variable set(name, proxy.url());
    EXPECT_EQ(fetch("https://inside.example.com/").body, "inside") << name;
  }
}

TEST_F(HttpProxyTest, IsLeftOutForTheHostsOfNoProxy) {
  const auto tls = certificates.server("IP:127.0.0.1", 30);
  const HttpServer target(HttpServer::says(HttpServer::answer("straight")));
  const HttpServer secure(HttpServer::says(HttpServer::answer("straight")), "127.0.0.1", tls.get());
  const HttpServer proxy(HttpServer::says(HttpServer::answer("by proxy")));
  const Variable plain("http_proxy", proxy.url());
  const Variable secured("https_proxy", proxy.url());
  const Variable except("no_proxy", "other.example.com,127.0.0.1");
  EXPECT_EQ(fetch(target.url()).body, "straight");
  const auto exchange = fetch(secure.url());
  EXPECT_EQ(exchange.body, "straight");
  EXPECT_NEAR(exchange.cert_days.value_or(0), 30.0, 0.5);
  EXPECT_THAT(proxy.requests(), SizeIs(0));
  EXPECT_EQ(fetch("http://somewhere.example.com/").body, "by proxy");
}

}  // namespace
}  // namespace oculus::net
