#include "net/http_client.hpp"

#include <gmock/gmock.h>

#include <chrono>

#include "net/fake_name_server.hpp"
#include "net/http_server.hpp"
#include "net/local_port.hpp"
#include "net/run_on.hpp"

namespace oculus::net {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class HttpClientTest : public testing::Test {
 protected:
  HttpExchange fetch(HttpRequest request, std::chrono::milliseconds limit = 20s) {
    return run_on(loop, client().fetch(std::move(request), gate, Clock::now() + limit));
  }
  HttpExchange get(const std::string& url, std::chrono::milliseconds limit = 20s) {
    HttpRequest request;
    request.url = url;
    return fetch(std::move(request), limit);
  }
  std::string reason(const std::string& url, std::chrono::milliseconds limit = 20s) {
    const auto exchange = get(url, limit);
    return exchange.failure ? exchange.failure->reason : fmt_status(exchange);
  }
  static std::string fmt_status(const HttpExchange& exchange) { return std::to_string(exchange.status); }
  HttpClient& client() { return http_client_of(context(loop)); }

  EgressGate gate;
  Loop loop{"test"};
};

TEST_F(HttpClientTest, GivesTheAnswerWithItsPhases) {
  const HttpServer server(HttpServer::says(HttpServer::answer("hello", "200 OK", "X-Kind: test\r\n")));
  const auto exchange = get(server.url("/a?b=c"));
  ASSERT_FALSE(exchange.failure) << exchange.failure->detail;
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(exchange.version, "1.1");
  EXPECT_EQ(exchange.body, "hello");
  EXPECT_EQ(exchange.address, "127.0.0.1");
  EXPECT_THAT(exchange.headers, testing::Contains(testing::Pair("X-Kind", "test")));
  ASSERT_TRUE(exchange.phases.dns && exchange.phases.connect && exchange.phases.ttfb && exchange.phases.total);
  EXPECT_FALSE(exchange.phases.tls.has_value());
  EXPECT_GE(*exchange.phases.total, *exchange.phases.connect + *exchange.phases.ttfb);
  EXPECT_THAT(server.requests().at(0), testing::StartsWith("GET /a?b=c HTTP/1.1\r\n"));
}

TEST_F(HttpClientTest, EveryRequestHasAConnectionOfItsOwn) {
  const HttpServer server(HttpServer::says(HttpServer::answer("")));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(get(server.url()).phases.connect.has_value());
}

TEST_F(HttpClientTest, SendsMethodHeadersAndBodyAsTold) {
  const HttpServer server(HttpServer::says(HttpServer::answer("")));
  for (const char* method : {"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
    HttpRequest request;
    request.url = server.url();
    request.method = method;
    request.headers = {{"X-One", "1"}, {"X-Empty", ""}, {"User-Agent", "mine"}};
    if (std::string_view(method) != "GET" && std::string_view(method) != "HEAD") request.body = R"({"a":1})";
    EXPECT_FALSE(fetch(request).failure) << method;
    const std::string seen = server.requests().back();
    EXPECT_THAT(seen, testing::StartsWith(std::string(method) + " / HTTP/1.1\r\n"));
    EXPECT_THAT(seen, HasSubstr("X-One: 1\r\n"));
    EXPECT_THAT(seen, HasSubstr("X-Empty:\r\n"));
    EXPECT_THAT(seen, HasSubstr("User-Agent: mine\r\n"));
    EXPECT_THAT(seen, Not(HasSubstr("Expect:")));
    EXPECT_THAT(seen, testing::EndsWith("\r\n\r\n" + request.body));
  }
}

TEST_F(HttpClientTest, TellsFailuresApart) {
  const RefusingPort refusing;
  const SilentPort silent;
  const HttpServer mute([](auto& peer, const auto&) { peer.hold(); });
  const HttpServer closing([](auto&, const auto&) {});
  const HttpServer resetting([](auto& peer, const auto&) { peer.reset(); });
  const HttpServer garbage(HttpServer::says("\x01\x02 this is no HTTP at all\r\n\r\n"));
  const HttpServer cut(HttpServer::says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"));
  const auto at = [](std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port) + "/"; };
  EXPECT_EQ(reason(at(refusing.port())), "refused");
  EXPECT_EQ(reason(at(silent.port()), 100ms), "timeout");
  EXPECT_EQ(reason(mute.url(), 100ms), "timeout");
  EXPECT_EQ(reason(closing.url()), "reset");
  EXPECT_EQ(reason(resetting.url()), "reset");
  EXPECT_EQ(reason(garbage.url()), "protocol");
  EXPECT_EQ(reason(cut.url()), "reset");
  EXPECT_EQ(reason("ftp://127.0.0.1/"), "protocol");
  EXPECT_EQ(reason("http://169.254.169.254/latest/meta-data"), "gate");
  const HttpServer plain(HttpServer::says(HttpServer::answer("")));
  EXPECT_EQ(reason("https://127.0.0.1:" + std::to_string(plain.port())), "tls");
}

TEST_F(HttpClientTest, ADripEndsAtTheDeadlineAndKeepsWhatItMeasured) {
  const HttpServer drip([](auto& peer, const auto&) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (!peer.ending() && peer.send(".")) std::this_thread::sleep_for(10ms);
  });
  const auto exchange = get(drip.url(), 300ms);
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->reason, "timeout");
  EXPECT_THAT(exchange.failure->detail, HasSubstr("reading the answer"));
  EXPECT_EQ(exchange.status, 200);
  EXPECT_TRUE(exchange.phases.ttfb.has_value());
}

TEST_F(HttpClientTest, AHugeBodyIsCutAtTheLimit) {
  const HttpServer server([](auto& peer, const auto&) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n");
    const std::string block(1 << 20, 'x');
    for (int i = 0; i < 100 && peer.send(block); ++i) {
    }
  });
  const auto exchange = get(server.url());
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->reason, "body");
  EXPECT_THAT(exchange.failure->detail, HasSubstr("max_body"));
  EXPECT_THAT(exchange.body, SizeIs(1 << 20));
}

TEST_F(HttpClientTest, EndlessHeadersAreCut) {
  const HttpServer server([](auto& peer, const auto&) {
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send("X-More: and more and more and more and more and more\r\n")) {
    }
  });
  EXPECT_EQ(reason(server.url()), "protocol");
}

TEST_F(HttpClientTest, FollowsRedirectsAndSumsTheirPhases) {
  const HttpServer server([](auto& peer, const std::string& request) {
    peer.send(request.starts_with("GET /end ") ? HttpServer::answer("there") : HttpServer::redirect("/end"));
  });
  const auto exchange = get(server.url("/start"));
  ASSERT_FALSE(exchange.failure) << exchange.failure->detail;
  EXPECT_EQ(exchange.body, "there");
  EXPECT_EQ(exchange.redirects, 1);
  EXPECT_EQ(exchange.url, server.url("/end"));

  HttpRequest stay;
  stay.url = server.url("/start");
  stay.follow_redirects = false;
  EXPECT_EQ(fetch(stay).status, 302);
}

TEST_F(HttpClientTest, ARedirectLoopEnds) {
  const HttpServer server(HttpServer::says(HttpServer::redirect("/again")));
  const auto exchange = get(server.url());
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->reason, "redirect");
  EXPECT_EQ(exchange.redirects, 10);
  EXPECT_THAT(server.requests(), SizeIs(11));
}

TEST_F(HttpClientTest, ARedirectToAnotherHostDropsTheConfiguredHeaders) {
  const HttpServer other(HttpServer::says(HttpServer::answer("other")));
  const HttpServer server([&](auto& peer, const std::string& request) {
    peer.send(request.starts_with("GET /same ") ? HttpServer::redirect(other.url()) : HttpServer::redirect("/same"));
  });
  HttpRequest request;
  request.url = server.url();
  request.headers = {{"Authorization", "Bearer secret"}};
  EXPECT_EQ(fetch(request).body, "other");
  EXPECT_THAT(server.requests().at(1), HasSubstr("Bearer secret"));
  EXPECT_THAT(other.requests().at(0), Not(HasSubstr("secret")));
}

TEST_F(HttpClientTest, APostBecomesAGetWhereTheStandardSaysSo) {
  for (const auto& [status, method] :
       std::vector<std::pair<std::string, std::string>>{{"302 Found", "GET"},
                                                        {"303 See Other", "GET"},
                                                        {"307 Temporary Redirect", "POST"},
                                                        {"308 Permanent Redirect", "POST"}}) {
    const HttpServer server([&](auto& peer, const std::string& request) {
      peer.send(request.find(" /end ") != std::string::npos ? HttpServer::answer("")
                                                            : HttpServer::redirect("/end", status));
    });
    HttpRequest request;
    request.url = server.url();
    request.method = "POST";
    request.body = "payload";
    EXPECT_FALSE(fetch(request).failure);
    EXPECT_THAT(server.requests().at(1), testing::StartsWith(method + " /end "));
    EXPECT_EQ(server.requests().at(1).ends_with("payload"), method == "POST");
  }
}

TEST_F(HttpClientTest, ABodyIsNotCarriedToAnotherHost) {
  for (const std::string status : {"307 Temporary Redirect", "308 Permanent Redirect"}) {
    const HttpServer other(HttpServer::says(HttpServer::answer("other")));
    const HttpServer server(HttpServer::says(HttpServer::redirect(other.url(), status)));
    HttpRequest request;
    request.url = server.url();
    request.method = "POST";
    request.body = "user=me&password=secret";
    const auto exchange = fetch(request);
    ASSERT_TRUE(exchange.failure) << status;
    EXPECT_EQ(exchange.failure->reason, "redirect");
    EXPECT_THAT(exchange.failure->detail, HasSubstr(std::to_string(other.port())));
    EXPECT_THAT(other.requests(), SizeIs(0));
    request.body.clear();
    EXPECT_EQ(fetch(request).body, "other");
    EXPECT_THAT(other.requests().at(0), testing::StartsWith("POST / "));
  }
}

TEST_F(HttpClientTest, ABodyThatBecomesAGetGoesWithoutIt) {
  const HttpServer other(HttpServer::says(HttpServer::answer("other")));
  const HttpServer server(HttpServer::says(HttpServer::redirect(other.url(), "303 See Other")));
  HttpRequest request;
  request.url = server.url();
  request.method = "POST";
  request.body = "user=me&password=secret";
  EXPECT_EQ(fetch(request).body, "other");
  EXPECT_THAT(other.requests().at(0), Not(HasSubstr("secret")));
}

TEST_F(HttpClientTest, TheGateStandsBehindRedirectsToo) {
  const HttpServer server(HttpServer::says(HttpServer::redirect("http://169.254.169.254/latest/meta-data")));
  const auto exchange = get(server.url());
  ASSERT_TRUE(exchange.failure);
  EXPECT_EQ(exchange.failure->reason, "gate");
  EXPECT_THAT(exchange.failure->detail, HasSubstr("169.254.169.254"));
  const HttpServer scheme(HttpServer::says(HttpServer::redirect("file:///etc/passwd")));
  EXPECT_EQ(reason(scheme.url()), "redirect");
}

TEST_F(HttpClientTest, ReachesIpv6) {
  const HttpServer server(HttpServer::says(HttpServer::answer("six")), "::1");
  EXPECT_EQ(get(server.url("/", "[::1]")).body, "six");
}

TEST_F(HttpClientTest, NamesGoThroughOurResolver) {
  const FakeNameServer names([](const auto& question, int type) {
    const std::string text(question.begin(), question.end());
    if (text.find("missing") != std::string::npos) return FakeNameServer::answer(question, 3);
    return FakeNameServer::answer(
        question, 0,
        type == 1 ? std::vector<FakeNameServer::Packet>{{127, 0, 0, 1}} : std::vector<FakeNameServer::Packet>{});
  });
  loop.post([&] { resolver_of(context(loop)).use_servers(names.address()); });
  const HttpServer server(HttpServer::says(HttpServer::answer("found")));
  EXPECT_EQ(get(server.url("/", "api.example.com")).body, "found");
  EXPECT_THAT(server.requests().at(0), HasSubstr("Host: api.example.com:"));
  const auto lost = get(server.url("/", "missing.example.com"));
  ASSERT_TRUE(lost.failure);
  EXPECT_EQ(lost.failure->reason, "dns");
  EXPECT_THAT(lost.failure->detail, HasSubstr("does not exist"));
}

TEST_F(HttpClientTest, ANameThatLeadsToAForbiddenAddressIsRefused) {
  const FakeNameServer names([](const auto& question, int type) {
    return FakeNameServer::answer(
        question, 0,
        type == 1 ? std::vector<FakeNameServer::Packet>{{169, 254, 169, 254}} : std::vector<FakeNameServer::Packet>{});
  });
  loop.post([&] { resolver_of(context(loop)).use_servers(names.address()); });
  EXPECT_EQ(reason("http://rebind.example.com/"), "gate");
}

TEST_F(HttpClientTest, UnpacksBrotli) {
  // `squeezed by brotli`, three times with commas, as node:zlib's brotliCompressSync packs it.
  const std::string packed =
      "\x1b\x39\x00\xf8\x45\xb7\x46\xa9\x8e\x6e\x4d\xe2\x82\x20\xc8\x1b\xee\xa2\xaa\x18\x61\x9f\x3a\xf2\xd3\xa0\x0f"
      "\xda\xb9\xe1\x82\x01"s;
  const HttpServer server(HttpServer::says(HttpServer::answer(packed, "200 OK", "Content-Encoding: br\r\n")));
  EXPECT_EQ(get(server.url()).body, "squeezed by brotli, squeezed by brotli, squeezed by brotli");
  EXPECT_THAT(server.requests().at(0), HasSubstr("Accept-Encoding: gzip, br\r\n"));

  const HttpServer torn(HttpServer::says(HttpServer::answer("no brotli", "200 OK", "Content-Encoding: br\r\n")));
  EXPECT_EQ(reason(torn.url()), "body");
}

TEST_F(HttpClientTest, ManyAtOnceAllEnd) {
  const HttpServer server(HttpServer::says(HttpServer::answer("one of many")));
  std::vector<std::future<HttpExchange>> all;
  for (int i = 0; i < 100; ++i) {
    HttpRequest request;
    request.url = server.url();
    all.push_back(boost::asio::co_spawn(context(loop), client().fetch(request, gate, Clock::now() + 60s),
                                        boost::asio::use_future));
  }
  for (auto& one : all) EXPECT_EQ(one.get().body, "one of many");
}

TEST_F(HttpClientTest, ALoopMayEndInTheMiddle) {
  const HttpServer mute([](auto& peer, const auto&) { peer.hold(); });
  {
    Loop short_lived("test");
    HttpRequest request;
    request.url = mute.url();
    boost::asio::co_spawn(context(short_lived),
                          http_client_of(context(short_lived)).fetch(request, gate, Deadline::max()),
                          [](const std::exception_ptr&, const auto&) {});
    while (mute.requests().empty()) std::this_thread::yield();
  }
  EXPECT_THAT(mute.requests(), SizeIs(1));
}

}  // namespace
}  // namespace oculus::net
