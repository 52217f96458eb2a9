#include <gmock/gmock.h>

#include <chrono>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/run_on.hpp"
#include "net/test_certificates.hpp"

namespace oculus::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class HttpTlsTest : public testing::Test {
 protected:
  HttpExchange fetch(const HttpServer& server, const std::string& ca_file, bool verify = true) {
    HttpRequest request;
    request.url = server.url();
    request.ca_file = ca_file;
    request.verify = verify;
    return run_on(loop, http_client_of(context(loop)).fetch(request, gate, Clock::now() + 20s));
  }

  TestCertificates certificates;
  EgressGate gate;
  Loop loop{"test"};
};

TEST_F(HttpTlsTest, VerifiesAgainstItsOwnCaAndCountsTheDays) {
  const auto tls = certificates.server("IP:127.0.0.1", 30);
  const HttpServer server(HttpServer::says(HttpServer::answer("safe")), "127.0.0.1", tls.get());
  for (int i = 0; i < 2; ++i) {  // the second finds the store warm
    const auto exchange = fetch(server, certificates.ca_file());
    ASSERT_FALSE(exchange.failure) << exchange.failure->detail;
    EXPECT_EQ(exchange.body, "safe");
    EXPECT_TRUE(exchange.phases.tls.has_value());
    ASSERT_TRUE(exchange.cert_days.has_value());
    EXPECT_NEAR(*exchange.cert_days, 30.0, 0.5);
  }
}

TEST_F(HttpTlsTest, AnUntrustedCertificateFailsAndKeepsItsDays) {
  const auto tls = certificates.server("IP:127.0.0.1", 7);
  const HttpServer server(HttpServer::says(HttpServer::answer("safe?")), "127.0.0.1", tls.get());
  const TestCertificates others;
  const auto exchange = fetch(server, others.ca_file());
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->reason, "tls");
  EXPECT_THAT(exchange.failure->detail, HasSubstr("certificate"));
  EXPECT_NEAR(exchange.cert_days.value_or(0), 7.0, 0.5);
}

TEST_F(HttpTlsTest, ACertificateForAnotherNameFails) {
  const auto tls = certificates.server("DNS:other.example.com");
  const HttpServer server(HttpServer::says(HttpServer::answer("")), "127.0.0.1", tls.get());
  const auto exchange = fetch(server, certificates.ca_file());
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->reason, "tls");
}

TEST_F(HttpTlsTest, VerificationCanBeTurnedOff) {
  const auto tls = certificates.server("DNS:other.example.com", 3);
  const HttpServer server(HttpServer::says(HttpServer::answer("anyway")), "127.0.0.1", tls.get());
  const auto exchange = fetch(server, "", false);
  EXPECT_EQ(exchange.body, "anyway");
  EXPECT_NEAR(exchange.cert_days.value_or(0), 3.0, 0.5);
}

TEST_F(HttpTlsTest, ACaFileThatCannotBeReadSaysSo) {
  const auto tls = certificates.server("IP:127.0.0.1");
  const HttpServer server(HttpServer::says(HttpServer::answer("")), "127.0.0.1", tls.get());
  const auto exchange = fetch(server, certificates.ca_file() + ".missing");
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->reason, "tls");
  EXPECT_THAT(exchange.failure->detail, HasSubstr("ca.pem.missing"));
}

TEST_F(HttpTlsTest, TheFirstHandshakeDoesNotPayForReadingTheBundle) {
  const auto tls = certificates.server("IP:127.0.0.1");
  const HttpServer server(HttpServer::says(HttpServer::answer("")), "127.0.0.1", tls.get());
  http_client_of(context(loop)).preload_trust();
  const auto exchange = fetch(server, "");  // the system's bundle does not know the test's authority
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->reason, "tls");
}

}  // namespace
}  // namespace oculus::net
