#include "collect/probe/http_probe.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <cmath>
#include <string>

#include "collect/one_round.hpp"
#include "net/egress_gate.hpp"
#include "net/http_server.hpp"
#include "net/local_port.hpp"
#include "net/test_certificates.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;
using net::HttpServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class HttpProbeTest : public testing::Test {
 protected:
  std::unique_ptr<Collector> probe(HttpProbeSettings settings) {
    settings.name = "api health";
    return make_http_probe(loop, gate, std::move(settings));
  }
  Round round(HttpProbeSettings settings) { return one_round(loop, *probe(std::move(settings)), 20s); }
  static HttpProbeSettings at(const HttpServer& server) {
    HttpProbeSettings settings;
    settings.url = server.url();
    return settings;
  }
  static std::vector<std::string> symbols(const Collector& collector) {
    std::vector<std::string> texts;
    for (const Series& series : collector.series()) texts.push_back(series.symbol->text());
    return texts;
  }

  net::EgressGate gate;
  net::Loop loop{"test"};
};

TEST_F(HttpProbeTest, MeasuresAllFieldsOfAGoodAnswer) {
  const HttpServer server(HttpServer::says(HttpServer::answer("fine")));
  const Round up = round(at(server));
  EXPECT_TRUE(up.success) << up.detail;
  ASSERT_EQ(up.values.size(), 6U);  // rtt status dns connect ttfb size
  for (const auto& value : up.values) ASSERT_TRUE(value.has_value());
  EXPECT_EQ(up.values[1], 200.0);
  EXPECT_EQ(up.values[5], 4.0);
  EXPECT_GE(*up.values[0], *up.values[4]);
  EXPECT_NEAR(*up.values[0] * 100, std::round(*up.values[0] * 100), 1e-6) << "kept to 0.01 ms";
  EXPECT_TRUE(up.took.has_value());
  EXPECT_EQ(up.evidence, "");
}

TEST_F(HttpProbeTest, DeclaresTlsSeriesForHttpsOnly) {
  HttpProbeSettings settings;
  settings.url = "http://user:secret@example.com/";
  const auto plain = probe(settings);
  EXPECT_THAT(symbols(*plain),
              ElementsAre("net.http.api_health.rtt", "net.http.api_health.status", "net.http.api_health.dns",
                          "net.http.api_health.connect", "net.http.api_health.ttfb", "net.http.api_health.size"));
  EXPECT_EQ(plain->series()[0].target, "http://example.com/");
  settings.url = "https://example.com/";
  EXPECT_THAT(symbols(*probe(settings)),
              testing::IsSupersetOf({"net.http.api_health.tls", "net.http.api_health.cert_days"}));
}

TEST_F(HttpProbeTest, AFailingStatusKeepsWhatWasMeasured) {
  const HttpServer server(HttpServer::says(HttpServer::answer("sorry", "500 Internal Server Error")));
  const Round down = round(at(server));
  EXPECT_FALSE(down.success);
  EXPECT_EQ(down.reason, "status");
  EXPECT_THAT(down.detail, HasSubstr("answered 500 instead of 200"));
  EXPECT_TRUE(down.values[0].has_value());
  EXPECT_EQ(down.values[1], 500.0);
}

TEST_F(HttpProbeTest, ARefusalMeasuresNothingOfTheAnswer) {
  const net::RefusingPort port;
  HttpProbeSettings settings;
  settings.url = "http://127.0.0.1:" + std::to_string(port.port());
  const Round down = round(settings);
  EXPECT_EQ(down.reason, "refused");
  EXPECT_FALSE(down.values[0].has_value());
  EXPECT_FALSE(down.values[1].has_value());
  EXPECT_FALSE(down.took.has_value());
}

TEST_F(HttpProbeTest, EveryConditionMustHold) {
  const HttpServer server(HttpServer::says(HttpServer::answer("status: OK 42", "201 Created", "X-Kind: One\r\n")));
  const auto reason = [&](auto change) {
    HttpProbeSettings settings = at(server);
    settings.expected_status = {{200, 299}};
    change(settings);
    return round(settings).reason;
  };
  EXPECT_EQ(reason([](auto&) {}), "");
  EXPECT_EQ(reason([](auto& s) { s.expected_status = {{200, 200}, {202, 299}}; }), "status");
  EXPECT_EQ(reason([](auto& s) { s.expected_headers = {{"x-kind", "One"}}; }), "");
  EXPECT_EQ(reason([](auto& s) { s.expected_headers = {{"X-Kind", "one"}}; }), "header");
  EXPECT_EQ(reason([](auto& s) { s.expected_headers = {{"X-Other", "One"}}; }), "header");
  EXPECT_EQ(reason([](auto& s) { s.body_contains = "OK"; }), "");
  EXPECT_EQ(reason([](auto& s) { s.body_contains = "ok"; }), "body");
  EXPECT_EQ(reason([](auto& s) { s.body_regex = "OK \\d+$"; }), "");
  EXPECT_EQ(reason([](auto& s) { s.body_regex = "^OK"; }), "body");
}

TEST_F(HttpProbeTest, TheEvidenceShowsTheAnswerWithoutSecrets) {
  const HttpServer server(
      HttpServer::says(HttpServer::answer("you sent topsecret \xff!" + std::string(5000, 'x'), "403 Forbidden",
                                          "Set-Cookie: id=abcdef\r\nX-Auth-Token: qwerty\r\nX-Plain: shown\r\n")));
  HttpProbeSettings settings = at(server);
  settings.headers = {{"Authorization", "Bearer topsecret"}};
  const Round down = round(settings);
  const auto evidence = boost::json::parse(down.evidence).as_object();
  EXPECT_EQ(evidence.at("status"), 403);
  EXPECT_EQ(evidence.at("address"), "127.0.0.1");
  EXPECT_TRUE(evidence.at("phases").as_object().contains("ttfb_ms"));
  EXPECT_THAT(down.evidence, Not(HasSubstr("abcdef")));
  EXPECT_THAT(down.evidence, Not(HasSubstr("qwerty")));
  EXPECT_THAT(down.evidence, Not(HasSubstr("topsecret")));
  EXPECT_THAT(down.evidence, HasSubstr("shown"));
  const std::string body = evidence.at("body").as_string().c_str();
  EXPECT_THAT(body, testing::StartsWith("you sent *** \xEF\xBF\xBD!xxx"));
  EXPECT_LE(body.size(), 4200U);
  EXPECT_THAT(down.detail, Not(HasSubstr("topsecret")));
}

TEST_F(HttpProbeTest, ASecretThatLiesAcrossTheCutIsNotShownInPart) {
  const HttpServer server(HttpServer::says(HttpServer::answer(std::string(4090, 'x') + "topsecret", "403 Forbidden")));
  HttpProbeSettings settings = at(server);
  settings.headers = {{"Authorization", "Bearer topsecret"}};
  const std::string evidence = round(settings).evidence;
  EXPECT_THAT(evidence, HasSubstr("xxx***"));
  EXPECT_THAT(evidence, Not(HasSubstr("tops")));
}

TEST_F(HttpProbeTest, OverTlsItKnowsTheDaysOfTheCertificate) {
  net::TestCertificates certificates;
  const auto tls = certificates.server("IP:127.0.0.1", 12);
  const HttpServer server(HttpServer::says(HttpServer::answer("safe")), "127.0.0.1", tls.get());
  HttpProbeSettings settings = at(server);
  settings.ca_file = certificates.ca_file();
  const Round up = round(settings);
  EXPECT_TRUE(up.success) << up.detail;
  ASSERT_EQ(up.values.size(), 8U);
  EXPECT_TRUE(up.values[4].has_value());
  EXPECT_NEAR(up.values[7].value_or(0), 12.0, 0.5);
}

TEST_F(HttpProbeTest, CancelEndsARoundInFlight) {
  std::promise<void> asked;
  const HttpServer mute([&](auto& peer, const auto&) {
    asked.set_value();
    peer.hold();
  });
  const auto collector = probe(at(mute));
  auto pending = begin_round(loop, *collector, Clock::now() + 1h);
  asked.get_future().wait();
  loop.post([&] { collector->cancel(); });
  EXPECT_EQ(pending.get().reason, "cancelled");
}

TEST_F(HttpProbeTest, AnExpressionThatCannotBeNeverMatches) {
  const HttpServer server(HttpServer::says(HttpServer::answer("(")));
  HttpProbeSettings settings = at(server);
  settings.body_regex = "(";
  EXPECT_EQ(round(settings).reason, "body");
}

}  // namespace
}  // namespace oculus::collect
