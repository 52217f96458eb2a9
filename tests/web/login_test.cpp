#include "web/login.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "web/test_server.hpp"

namespace oculus::web {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kForm = "Content-Type: application/x-www-form-urlencoded\r\n";

ServerSettings with_token() {
  ServerSettings settings;
  settings.token = "s3cret&+ä";
  settings.rate_limit = RateLimit{.rate = 0.001, .burst = 2};
  return settings;
}

std::string cookie_line(const Answer& login) {
  const std::string cookie = login.header("Set-Cookie");
  return fmt::format("Cookie: theme=dark; {}; x=y\r\n", cookie.substr(0, cookie.find(';')));
}

Answer log_in(const TestServer& server, std::string_view headers = {}) {
  return server.request("POST", "/login", std::string(kForm).append(headers), "token=s3cret%26%2B%C3%A4&next=%2Fpage");
}

TEST(Login, OpensAndEndsASession) {
  TestServer server(with_token());
  const Answer answer = log_in(server);
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.header("Location"), "/page");
  const std::string cookie = answer.header("Set-Cookie");
  for (const char* part : {"; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=2592000"})
    EXPECT_THAT(cookie, HasSubstr(part));
  EXPECT_THAT(cookie, Not(HasSubstr("Secure")));
  EXPECT_THAT(cookie, Not(HasSubstr("s3cret")));

  const std::string line = cookie_line(answer);
  EXPECT_EQ(server.get("/page", line).body, "<p>hello</p>");
  EXPECT_EQ(server.get("/login?next=/page", line).header("Location"), "/page");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(server.get("/api/chart", line).status, 200);  // its own page is not counted

  const Answer out = server.request("POST", "/logout", line);
  EXPECT_EQ(out.status, 303);
  EXPECT_THAT(out.header("Set-Cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(server.get("/page", line).status, 303);  // the cookie is worth nothing now, whoever kept it
}

TEST(Login, KeepsTheCookieToTlsBehindAProxyThatSaysSo) {
  TestServer server(with_token());
  EXPECT_THAT(log_in(server, "X-Forwarded-Proto: https\r\n").header("Set-Cookie"), HasSubstr("; Secure"));
}

TEST(Login, CannotBeForcedOrStolenByAnotherPage) {
  TestServer server(with_token());
  EXPECT_EQ(log_in(server, "Origin: http://evil.example\r\n").status, 403);
  const std::string line = cookie_line(log_in(server));
  EXPECT_EQ(server.request("POST", "/logout", line + "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(server.get("/logout", line).status, 405);  // a picture's address ends no session
  const Answer get = server.get("/login?token=s3cret%26%2B%C3%A4");
  EXPECT_EQ(get.status, 200);
  EXPECT_EQ(get.header("Set-Cookie"), "");
  const Answer read = server.get("/page", line + "Origin: http://evil.example\r\n");
  EXPECT_EQ(read.header("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(read.header("Set-Cookie"), "");
}

TEST(Login, IsNotFooledByCookiesThatLookAlike) {
  TestServer server(with_token());
  for (const std::string& value : {std::string("s3cret"), std::string(), std::string(64, '0')})
    EXPECT_EQ(server.get("/page", fmt::format("Cookie: oculus_session_{}={}\r\n", server.port(), value)).status, 303);
}

TEST(Login, SaysThatTheTokenIsWrongAndSlowsGuessing) {
  TestServer server(with_token());
  Answer answer = server.request("POST", "/login", kForm, "token=wrong&next=/page");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("Set-Cookie"), "");
  EXPECT_THAT(answer.body, HasSubstr("role=\"alert\""));
  EXPECT_THAT(answer.body, HasSubstr("value=\"/page\""));
  for (int i = 0; i < 30 && answer.status != 429; ++i) answer = server.request("POST", "/login", kForm, "token=wrong");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(log_in(server).status, 429);
}

TEST(Login, LeadsOnlyToPathsOfThisServer) {
  for (const char* path : {"/", "/page?a=b#c", "/a//b"}) EXPECT_EQ(local_next(path), path);
  for (const char* path : {"", "page", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example",
                           "\\\\evil.example", "/a\r\nSet-Cookie: x=1", "javascript:alert(1)"})
    EXPECT_EQ(local_next(path), "/") << path;
}

TEST(Login, EscapesWhatThePageRepeats) {
  TestServer server(with_token());
  const Answer page = server.get("/login?next=/%22%3E%3Cscript%3E");
  EXPECT_THAT(page.body, HasSubstr("value=\"/&quot;&gt;&lt;script&gt;\""));
  EXPECT_THAT(page.header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
}

TEST(Login, HasNothingToAskWithoutAToken) {
  TestServer server;
  EXPECT_EQ(server.get("/login?next=/page").header("Location"), "/page");
  EXPECT_EQ(server.get("/login?next=//evil.example").header("Location"), "/");
  EXPECT_EQ(server.request("POST", "/login", kForm, "token=&next=/page").header("Set-Cookie"), "");
}

}  // namespace
}  // namespace oculus::web
