// One connection's daily life, over real sockets.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/json/parse.hpp>

#include "web/test_server.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kText = "GET /text HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string unzip(const std::string& bytes, std::size_t size) {
  std::string text(size, '\0');
  z_stream stream{};
  inflateInit2(&stream, 31);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  inflateEnd(&stream);
  return text;
}

TEST(Connection, StaysForFurtherRequests) {
  TestServer server;
  Client client = server.connect();
  for (int i = 0; i < 3; ++i) {
    const Answer answer = client.ask(kText);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
    EXPECT_EQ(answer.header("Connection"), "");
  }
  const Answer last = client.ask("GET /text HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(last.header("Connection"), "close");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(Connection, EndsAfterHttp10) {
  TestServer server;
  Client client = server.connect();
  EXPECT_EQ(client.ask("GET /healthz HTTP/1.0\r\n\r\n").body, "hello");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(Connection, TakesAbsoluteTargets) {
  TestServer server;
  EXPECT_EQ(server.get("http://localhost/text").body, "hello");
  EXPECT_EQ(server.get("http://evil.example/text").status, 421);
}

TEST(Connection, AnswersHeadAsGetWithoutTheBody) {
  TestServer server;
  for (const char* headers : {"", "Accept-Encoding: gzip\r\n"}) {
    const Answer get = server.get("/big", headers);
    Client client = server.connect();
    const Answer head = client.ask(fmt::format("HEAD /big HTTP/1.1\r\nHost: localhost\r\n{}\r\n", headers), true);
    EXPECT_EQ(head.header("Content-Length"), get.header("Content-Length"));
    EXPECT_EQ(head.header("Content-Encoding"), get.header("Content-Encoding"));
    EXPECT_EQ(client.ask(kText).body, "hello");  // nothing of a body came in between
  }
}

TEST(Connection, CompressesWhatIsWorthIt) {
  TestServer server;
  const Answer big = server.get("/big", "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(big.header("Content-Encoding"), "gzip");
  EXPECT_EQ(big.header("Vary"), "Accept-Encoding");
  EXPECT_LT(big.body.size(), 10'000U);
  EXPECT_EQ(unzip(big.body, 300'000), std::string(300'000, 'x'));
  EXPECT_EQ(server.get("/big").header("Content-Encoding"), "");
  EXPECT_EQ(server.get("/big").header("Vary"), "Accept-Encoding");
  EXPECT_EQ(server.get("/big", "Accept-Encoding: gzip;q=0\r\n").header("Content-Encoding"), "");
  EXPECT_EQ(server.get("/text", "Accept-Encoding: gzip\r\n").header("Content-Encoding"), "");
  EXPECT_EQ(server.get("/huge", "Accept-Encoding: gzip\r\n").header("Content-Encoding"), "");  // a picture
}

TEST(Connection, SaysWhenNothingHasChanged) {
  TestServer server;
  EXPECT_EQ(server.get("/tagged").header("ETag"), "\"v1\"");
  EXPECT_EQ(server.get("/tagged", "Accept-Encoding: gzip\r\n").header("ETag"), "W/\"v1\"");
  for (const char* known : {"\"v1\"", "W/\"v1\"", "\"v0\", \"v1\"", "*"}) {
    Client client = server.connect();
    const Answer same =
        client.ask(fmt::format("GET /tagged HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: {}\r\n\r\n", known));
    EXPECT_EQ(same.status, 304) << known;
    EXPECT_EQ(same.header("ETag"), "\"v1\"");
    EXPECT_EQ(client.ask(kText).body, "hello");
  }
  EXPECT_EQ(server.get("/tagged", "If-None-Match: \"v2\"\r\n").status, 200);
}

TEST(Connection, SendsWhatKeepsBrowsersSafe) {
  TestServer server;
  const Answer page = server.get("/page");
  EXPECT_EQ(page.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page.header("Cache-Control"), "no-store");
  EXPECT_NE(page.header("Content-Security-Policy").find("default-src 'self'"), std::string::npos);
  EXPECT_NE(page.header("Content-Security-Policy").find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(page.header("Cross-Origin-Opener-Policy"), "same-origin");
  const Answer data = server.get("/api/items/a");
  EXPECT_EQ(data.header("Cross-Origin-Resource-Policy"), "same-origin");
  EXPECT_EQ(data.header("Cache-Control"), "no-store");
  EXPECT_EQ(data.header("Access-Control-Allow-Origin"), "");
  EXPECT_TRUE(data.header("Date").ends_with(" GMT"));
}

TEST(Connection, NamesWhatIsNotThere) {
  TestServer server;
  const Answer nowhere = server.get("/api/nothing");
  EXPECT_EQ(nowhere.status, 404);
  EXPECT_EQ(nowhere.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(boost::json::parse(nowhere.body).at("status"), 404);
  const Answer method = server.request("PUT", "/api/items/a");
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.header("Allow"), "DELETE, GET, HEAD");
  EXPECT_EQ(server.request("OPTIONS", "/api/items/a").status, 405);
  EXPECT_EQ(server.request("TRACE", "/text").status, 405);
}

TEST(Connection, TurnsAThrowingHandlerInto500) {
  TestServer server;
  Client client = server.connect();
  const Answer answer = client.ask("GET /throws HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.body.find("lunch"), std::string::npos);  // that is for the log
  EXPECT_EQ(client.ask(kText).status, 200);
}

TEST(Connection, WritesNoHeaderThatBreaksTheLine) {
  TestServer server;
  const Answer answer = server.get("/split");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.header("Set-Cookie"), "");
}

TEST(Connection, WritesLargeAnswersWhole) {
  TestServer server;
  const Answer answer = server.get("/huge");
  EXPECT_EQ(answer.body.size(), 8U << 20U);
}

TEST(Connection, SurvivesClientsThatLeave) {
  TestServer server;
  for (const char* path : {"/held", "/huge", "/big"}) {
    Client client = server.connect();
    client.send(fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", path));
    if (std::string_view(path) == "/held") {
      ASSERT_TRUE(eventually([&] { return server.held == 1; }));
    }
    client.reset();
  }
  server.release();
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
  EXPECT_EQ(server.get("/text").status, 200);
}

TEST(Connection, DecodesPathValues) {
  TestServer server;
  EXPECT_EQ(server.get("/api/items/a%2Fb%20c").body, "a/b c");
}

}  // namespace
}  // namespace oculus::web
