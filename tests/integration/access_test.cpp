// The access rules, attacked on the real program.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "eventually.hpp"
#include "integration/oculus_process.hpp"

namespace oculus::integration {
namespace {

constexpr std::string_view kCollector = R"({"type":"tcp","name":"a","config":{"host":"127.0.0.1","port":1}})";

class OpenServer : public testing::Test {
 protected:
  OpenServer() { dir_.write("oculus.yaml", kNoRateLimit); }
  [[nodiscard]] long post(const OculusProcess& oculus, std::vector<std::string> headers, std::string body) const {
    return ask({.method = "POST",
                .url = oculus.url() + "/api/collectors",
                .headers = std::move(headers),
                .body = std::move(body)})
        .status;
  }
  TempDir dir_;
};

TEST_F(OpenServer, RefusesANameThatWasReboundToIt) {
  const OculusProcess oculus(dir_);
  EXPECT_EQ(oculus.get("/api/metrics", {"Host: evil.example"}).status, 421);
  EXPECT_EQ(oculus.get("/", {"Host: evil.example"}).status, 421);
  EXPECT_EQ(oculus.get("/healthz", {"Host: evil.example"}).status, 200);
  EXPECT_EQ(oculus.get("/api/metrics", {"Host: localhost"}).status, 200);
}

TEST_F(OpenServer, RefusesWhatAForeignPageSends) {
  const OculusProcess oculus(dir_);
  const std::string json = "Content-Type: application/json";
  EXPECT_EQ(post(oculus, {json, "Origin: https://evil.example"}, std::string(kCollector)), 403);
  EXPECT_EQ(post(oculus, {json, "Origin: null"}, std::string(kCollector)), 403);
  EXPECT_EQ(post(oculus, {json, "Sec-Fetch-Site: cross-site"}, std::string(kCollector)), 403);
  EXPECT_EQ(
      post(oculus, {"Content-Type: application/x-www-form-urlencoded", "Origin: https://evil.example"}, "type=tcp"),
      403);
  EXPECT_EQ(post(oculus, {"Content-Type: application/x-www-form-urlencoded"}, "type=tcp"), 415);
  EXPECT_EQ(post(oculus, {"Content-Type: text/plain"}, std::string(kCollector)), 415);
  EXPECT_EQ(oculus.get("/api/collectors").body.find("\"name\":\"a\""), std::string::npos) << "one of them came through";
  EXPECT_EQ(post(oculus, {json, "Origin: " + oculus.url()}, std::string(kCollector)), 201);
}

TEST_F(OpenServer, RefusesAForeignWebSocketOnEveryPath) {
  const OculusProcess oculus(dir_);
  for (const char* path : {"/", "/api/ws", "/api/stream", "/nowhere"})
    EXPECT_EQ(oculus
                  .get(path, {"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: https://evil.example"})
                  .status,
              403)
        << path;
}

TEST_F(OpenServer, SendsNoCorsHeaders) {
  const OculusProcess oculus(dir_);
  EXPECT_THAT(oculus.get("/api/metrics", {"Origin: https://evil.example"}).head,
              testing::Not(testing::HasSubstr("Access-Control")));
}

TEST_F(OpenServer, LimitsTheRateOfOneClient) {
  dir_.write("oculus.yaml", "server: { rate_limit: { rate: 0.01, burst: 5 } }\n");
  const OculusProcess oculus(dir_);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(oculus.get("/api/metrics").status, 200);
  const HttpAnswer refused = oculus.get("/api/metrics");
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.head, testing::HasSubstr("Retry-After"));
  for (const char* path : {"/healthz", "/", "/partials/metrics"}) EXPECT_EQ(oculus.get(path).status, 200) << path;
}

TEST_F(OpenServer, RefusesToListenToOthersWithoutAToken) {
  const Ended ended = run_oculus(dir_, {"serve", "--server-bind", "0.0.0.0", "--server-port", "0"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, testing::HasSubstr("token"));
}

TEST(GuardedServer, LetsNobodyInWithoutTheToken) {
  const TempDir dir;
  dir.write("oculus.yaml", "server: { token: open-sesame-1234, rate_limit: off, bind: 0.0.0.0 }\n");
  OculusProcess oculus(dir);
  const std::string right = "Authorization: Bearer open-sesame-1234";
  for (const char* path : {"/api/metrics", "/api/collectors", "/api/events", "/metrics", "/api/nowhere"}) {
    EXPECT_EQ(oculus.get(path).status, 401) << path;
    EXPECT_NE(oculus.get(path, {right}).status, 401) << path;
  }
  EXPECT_EQ(oculus.get("/api/metrics", {"Authorization: Bearer wrong"}).status, 401);
  EXPECT_EQ(oculus.get("/api/metrics?token=open-sesame-1234").status, 401);
  for (const char* path : {"/", "/nowhere"}) EXPECT_EQ(oculus.get(path).status, 303) << path;  // to the login page
  for (const char* path : {"/healthz", "/readyz", "/login"}) EXPECT_EQ(oculus.get(path).status, 200) << path;
  EXPECT_EQ(oculus.stop(), 0);
  EXPECT_EQ(oculus.process().err().find("open-sesame"), std::string::npos);
}

TEST(GuardedServer, GivesACookieToThePage) {
  const TempDir dir;
  dir.write("oculus.yaml", "server: { token: open-sesame-1234, rate_limit: off }\n");
  const OculusProcess oculus(dir);
  const auto login = [&](std::string token) {
    return ask({.method = "POST",
                .url = oculus.url() + "/login",
                .headers = {"Content-Type: application/x-www-form-urlencoded"},
                .body = "token=" + std::move(token)});
  };
  EXPECT_NE(login("wrong").status, 303);
  const HttpAnswer answer = login("open-sesame-1234");
  ASSERT_EQ(answer.status, 303);
  const std::size_t begin = answer.head.find("Set-Cookie: ");
  ASSERT_NE(begin, std::string::npos) << answer.head;
  const std::string cookie = answer.head.substr(begin + 12, answer.head.find("\r\n", begin) - begin - 12);
  EXPECT_THAT(cookie, testing::AllOf(testing::HasSubstr("HttpOnly"), testing::HasSubstr("SameSite=Lax")));
  const std::string sent = "Cookie: " + cookie.substr(0, cookie.find(';'));
  EXPECT_EQ(oculus.get("/", {sent}).status, 200);
  EXPECT_EQ(oculus.get("/api/metrics", {sent}).status, 200);
}

}  // namespace
}  // namespace oculus::integration
