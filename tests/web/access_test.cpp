// The access rules, attacked over real sockets. The numbers are those of access.hpp.
#include "web/access.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "web/origin.hpp"
#include "web/test_server.hpp"

namespace oculus::web {
namespace {

constexpr std::string_view kJson = "Content-Type: application/json\r\n";
constexpr const char* kUpgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

ServerSettings with_token() {
  ServerSettings settings;
  settings.token = "correct horse";
  settings.rate_limit.reset();
  return settings;
}

TEST(Access, NeedsTheTokenOnEveryPathButTheOpenOnes) {  // [A1]
  TestServer server(with_token());
  EXPECT_EQ(server.get("/healthz").status, 200);
  EXPECT_EQ(server.get("/login").status, 200);

  const Answer api = server.get("/api/items/a");
  EXPECT_EQ(api.status, 401);
  EXPECT_EQ(api.header("WWW-Authenticate"), "Bearer realm=\"oculus\"");
  EXPECT_EQ(api.header("Content-Type"), "application/problem+json");
  for (const char* path : {"/metrics", "/api/chart", "/api/nothing"}) EXPECT_EQ(server.get(path).status, 401) << path;

  const Answer page = server.get("/page?range=1h&name=a%26b");
  EXPECT_EQ(page.status, 303);
  EXPECT_EQ(page.header("Location"), "/login?next=%2Fpage%3Frange%3D1h%26name%3Da%2526b");
  EXPECT_EQ(server.get("/nothing").status, 303);  // what exists is nobody's business
  EXPECT_EQ(server.request("DELETE", "/page").status, 401);

  const Answer partial = server.get("/page", "HX-Request: true\r\nHX-Current-URL: http://localhost/?a=1\r\n");
  EXPECT_EQ(partial.status, 401);
  EXPECT_EQ(partial.header("HX-Redirect"), "/login?next=%2F%3Fa%3D1");
  EXPECT_EQ(server.handled, 1);  // health
}

TEST(Access, TakesTheTokenAsBearer) {  // [A1]
  TestServer server(with_token());
  EXPECT_EQ(server.get("/api/items/a", "Authorization: Bearer correct horse\r\n").status, 200);
  EXPECT_EQ(server.get("/page", "authorization: bearer correct horse\r\n").status, 200);
  const Answer wrong = server.get("/api/items/a", "Authorization: Bearer correct hors\r\n");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_NE(wrong.header("WWW-Authenticate").find("invalid_token"), std::string::npos);
  EXPECT_EQ(server.get("/api/items/a?token=correct+horse").status, 401);
  EXPECT_EQ(server.get("/api/items/a", "Authorization: Basic correct horse\r\n").status, 401);
  EXPECT_EQ(server.get("/api/items/a", "Authorization: Bearer \r\n").status, 401);
}

TEST(Access, SlowsDownWhoGuessesTokens) {  // [A5]
  TestServer server(with_token());
  Answer answer;
  for (int i = 0; i < 30 && answer.status != 429; ++i)
    answer = server.get("/page", fmt::format("Authorization: Bearer guess{}\r\n", i));
  EXPECT_EQ(answer.status, 429);
  EXPECT_NE(answer.header("Retry-After"), "");
  EXPECT_EQ(server.get("/page", "Authorization: Bearer correct horse\r\n").status, 429);  // no oracle
  EXPECT_EQ(server.get("/healthz").status, 200);
}

TEST(Access, AnswersOnlyNamesThatCannotBeRebound) {  // [A2]
  ServerSettings settings;
  settings.rate_limit.reset();
  settings.hosts = {"watch.example", "proxy.example:8443", "[2001:db8::1]", "[2001:db8::2]:8443", "198.51.100.1:81"};
  TestServer server(settings);
  for (const char* host : {"localhost", "LOCALHOST:1", "127.0.0.1:99", "127.9.9.9", "[::1]", "[::1]:80",
                           "watch.example", "watch.example:81", "proxy.example:8443", "[2001:db8::1]",
                           "[2001:DB8:0::1]:80", "[2001:db8::2]:8443", "198.51.100.1:81"})
    EXPECT_EQ(server.get("/api/items/a", fmt::format("Host: {}\r\n", host)).status, 200) << host;
  for (const char* host :
       {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]", "127.1", "0.0.0.0",
        "watch.example.evil", "proxy.example:80", "[2001:db8::2]", "198.51.100.1", "localhost.", "0x7f.1"})
    EXPECT_EQ(server.get("/api/items/a", fmt::format("Host: {}\r\n", host)).status, 421) << host;
  for (const char* path : {"/page", "/text", "/nothing", "/login"})
    EXPECT_EQ(server.get(path, "Host: evil.example\r\n").status, 421) << path;
  EXPECT_EQ(server.get("/healthz", "Host: evil.example\r\n").status, 200);
}

TEST(Access, AnswersAnyNameWithAToken) {  // [A2]: a rebound page has no token
  TestServer server(with_token());
  EXPECT_EQ(server.get("/api/items/a", "Host: any.example\r\nAuthorization: Bearer correct horse\r\n").status, 200);
}

TEST(Access, RefusesChangesThatForeignPagesSend) {  // [A3]
  TestServer server;
  const int port = server.port();
  const std::string own = fmt::format("127.0.0.1:{}", port);
  const auto send = [&](const std::string& headers) {
    return server.request("POST", "/api/echo", std::string(kJson) + headers, "{}").status;
  };
  EXPECT_EQ(send(""), 200);
  EXPECT_EQ(send(fmt::format("Origin: http://{}\r\n", own)), 200);
  EXPECT_EQ(send(fmt::format("Origin: https://{}\r\n", own)), 200);
  EXPECT_EQ(send("Sec-Fetch-Site: same-origin\r\n"), 200);
  for (const char* headers : {"Origin: http://evil.example\r\n", "Origin: null\r\n", "Origin: http://127.0.0.1:1\r\n",
                              "Origin: http://127.0.0.1\r\n", "Origin: \r\n", "Sec-Fetch-Site: cross-site\r\n",
                              "Sec-Fetch-Site: same-site\r\n", "Origin: file://\r\n"})
    EXPECT_EQ(send(headers), 403) << headers;
  EXPECT_EQ(send(fmt::format("Origin: http://{}.evil.example\r\n", own)), 403);
  EXPECT_EQ(send(fmt::format("Origin: http://user@{}\r\n", own)), 403);
  // On every path, open and unknown ones too.
  for (const char* path : {"/login", "/logout", "/echo", "/nothing", "/healthz"})
    EXPECT_EQ(server.request("POST", path, "Origin: http://evil.example\r\n").status, 403) << path;
  EXPECT_EQ(server.request("DELETE", "/api/items/a", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(server.get("/page", "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n").status,
            200);  // a link
}

TEST(Access, RefusesWebSocketsOfForeignPagesOnEveryPath) {  // [A3]
  TestServer server;
  for (const char* path : {"/", "/api/ws", "/healthz", "/text", "/login", "/nothing"}) {
    EXPECT_EQ(server.get(path, fmt::format("{}Origin: http://evil.example\r\n", kUpgrade)).status, 403) << path;
    EXPECT_EQ(server.get(path, fmt::format("{}Origin: null\r\n", kUpgrade)).status, 403) << path;
    EXPECT_NE(server.get(path, fmt::format("{}Origin: http://127.0.0.1:{}\r\n", kUpgrade, server.port())).status, 403);
    for (const char* upgrade : {"Upgrade: h2c\r\n", "Upgrade: foo, websocket\r\n", "Upgrade: websocket/13\r\n",
                                "Connection: keep-alive, upgrade\r\n"}) {
      EXPECT_EQ(server.get(path, fmt::format("{}Origin: http://evil.example\r\n", upgrade)).status, 403)
          << path << ' ' << upgrade;
      EXPECT_NE(server.get(path, upgrade).status, 403) << "no page sent it: " << upgrade;
    }
  }
}

TEST(Access, TakesNoBodyThatAFormCanSend) {  // [A4]
  TestServer server;
  for (const char* type : {"application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "",
                           "application/jsonx", "text/plain; application/json"})
    EXPECT_EQ(server.request("POST", "/api/echo", *type ? fmt::format("Content-Type: {}\r\n", type) : "", "{}").status,
              415)
        << type;
  EXPECT_EQ(server.request("POST", "/api/echo", kJson, "{}").status, 200);
  EXPECT_EQ(server.request("POST", "/api/echo", "Content-Type: Application/JSON ; charset=utf-8\r\n", "{}").status,
            200);
  EXPECT_EQ(server.request("POST", "/api/echo").status, 200);  // without a body there is nothing to type
  EXPECT_EQ(server.request("POST", "/echo", "Content-Type: text/plain\r\n", "x").status, 200);  // a type of its own
  EXPECT_EQ(server.request("POST", "/echo", kJson, "{}").status, 415);
  EXPECT_EQ(server.request("POST", "/api/echo", std::string(kJson) + "Content-Encoding: gzip\r\n", "{}").status, 415);
  const Answer foreign = server.request("POST", "/api/echo", "Content-Type: \xff\r\n", "{}");
  EXPECT_EQ(foreign.status, 415);
  EXPECT_NO_THROW(boost::json::parse(foreign.body));  // whatever was sent, the problem is JSON
}

TEST(Access, TakesNoBodyThatNobodyReads) {  // [A4]
  TestServer server;
  constexpr std::pair<const char*, const char*> kRoutes[] = {
      {"GET", "/text"}, {"GET", "/api/items/a"}, {"DELETE", "/api/items/a"}};
  for (const auto& [method, path] : kRoutes) {
    const Answer refused = server.request(method, path, kJson, "{}");
    EXPECT_EQ(refused.status, 400) << method << path;
    EXPECT_NE(refused.body.find("takes no body"), std::string::npos) << refused.body;
    EXPECT_EQ(refused.header("Connection"), "close");
    EXPECT_EQ(server.request(method, path, "Content-Length: 0\r\n").status, 200);
  }
  EXPECT_EQ(server.handled, 3);
}

TEST(Access, CountsTheApiAndNothingElse) {  // [A5]
  ServerSettings settings;
  settings.rate_limit = RateLimit{.rate = 0.001, .burst = 3};
  TestServer server(settings);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(server.get("/api/items/a").status, 200);
  const Answer refused = server.get("/api/items/a");
  EXPECT_EQ(refused.status, 429);
  EXPECT_GT(std::stoi(refused.header("Retry-After")), 100);
  EXPECT_EQ(refused.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(server.get("/api/chart").status, 429);
  EXPECT_EQ(server.get("/api/nothing").status, 429);
  EXPECT_EQ(server.get("/api/chart", "Sec-Fetch-Site: same-origin\r\n").status, 200);  // the product's own page
  EXPECT_EQ(server.get("/api/items/a", "Sec-Fetch-Site: same-origin\r\n").status, 429);
  for (const char* path : {"/healthz", "/metrics", "/page", "/text"}) EXPECT_EQ(server.get(path).status, 200) << path;
}

TEST(Access, CountsNothingWhenOff) {  // [A5]
  ServerSettings settings;
  settings.rate_limit.reset();
  TestServer server(settings);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(server.get("/api/items/a").status, 200);
}

TEST(Access, LetsListedOriginsRead) {  // [A6]
  ServerSettings settings = with_token();
  settings.cors = {"https://dash.example"};
  TestServer server(settings);
  const std::string ask = "Access-Control-Request-Method: DELETE\r\nAccess-Control-Request-Headers: authorization\r\n";
  const Answer preflight = server.request("OPTIONS", "/api/items/a", ask + "Origin: https://dash.example\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.header("Access-Control-Allow-Origin"), "https://dash.example");
  EXPECT_EQ(preflight.header("Access-Control-Allow-Methods"), "DELETE, GET, HEAD");
  EXPECT_EQ(preflight.header("Access-Control-Allow-Credentials"), "");

  const std::string token = "Authorization: Bearer correct horse\r\n";
  const Answer read = server.get("/api/items/a", token + "Origin: https://dash.example\r\n");
  EXPECT_EQ(read.header("Access-Control-Allow-Origin"), "https://dash.example");
  EXPECT_EQ(
      server.request("DELETE", "/api/items/a", token + "Origin: https://dash.example\r\nSec-Fetch-Site: cross-site\r\n")
          .status,
      200);
  EXPECT_EQ(server.get("/api/items/a", "Origin: https://dash.example\r\n").header("Access-Control-Allow-Origin"),
            "https://dash.example");  // of a 401 too: the page may show it

  const Answer other = server.request("OPTIONS", "/api/items/a", ask + "Origin: https://evil.example\r\n");
  EXPECT_NE(other.status, 204);
  EXPECT_EQ(other.header("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(
      server.get("/api/items/a", token + "Origin: https://evil.example\r\n").header("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(server.get("/page", token + "Origin: https://dash.example\r\n").header("Access-Control-Allow-Origin"), "");
}

TEST(Access, ListensToOthersOnlyWithATokenOrWrittenConsent) {
  ServerSettings settings;
  settings.bind = "0.0.0.0";
  const auto refused = may_listen(settings, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text(),
            "server.bind 0.0.0.0 can be reached from other machines, and no token protects it; set server.token, or "
            "write server.auth: none to let in whoever reaches it");
  EXPECT_TRUE(may_listen(settings, true));
  settings.auth_none = true;
  EXPECT_TRUE(may_listen(settings, false));
  settings = with_token();
  EXPECT_TRUE(may_listen(settings, false));
}

TEST(Access, BoundToAllAddressesKnowsTheOneThatWasReached) {  // [A2]
  ServerSettings settings;
  settings.bind = "0.0.0.0";
  settings.auth_none = true;
  TestServer server(settings);
  Client client(server.port(), "127.0.0.2");
  EXPECT_EQ(client.ask("GET /text HTTP/1.1\r\nHost: 127.0.0.2\r\n\r\n").status, 200);
  EXPECT_EQ(client.ask("GET /text HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n").status, 421);
}

TEST(Origin, IsTheSameWithOrWithoutTheDefaultPort) {
  EXPECT_TRUE(is_same_origin("https://a.example", "a.example"));
  EXPECT_TRUE(is_same_origin("https://a.example", "A.example:443"));
  EXPECT_TRUE(is_same_origin("http://a.example:80", "a.example"));
  EXPECT_TRUE(is_same_origin("http://[::1]:8080", "[::1]:8080"));
  EXPECT_FALSE(is_same_origin("https://a.example", "a.example:80"));
  EXPECT_FALSE(is_same_origin("https://a.example:8443", "a.example"));
  EXPECT_FALSE(is_same_origin("null", "null"));
  EXPECT_FALSE(is_same_origin("http://", ""));
}

}  // namespace
}  // namespace oculus::web
