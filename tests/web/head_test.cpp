#include "web/head.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace oculus::web {
namespace {

int status_of(std::string_view text) {
  const auto head = parse_head(text);
  return head ? 200 : head.error().status;
}

std::string get(std::string_view fields) { return fmt::format("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", fields); }

TEST(Head, ReadsWhatIsWellFormed) {
  const auto head =
      parse_head("POST /x?y=1 HTTP/1.1\r\nHost: a.example:80\r\nContent-Length:  12\t\r\nX-Empty:\r\n\r\n");
  ASSERT_TRUE(head) << head.error().detail;
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->host, "a.example:80");
  EXPECT_EQ(head->content_length, 12U);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_EQ(*find_header(head->headers, "x-EMPTY"), "");
}

TEST(Head, KnowsWhenTheConnectionEnds) {
  EXPECT_FALSE(parse_head(get("Connection: close\r\n"))->keep_alive);
  EXPECT_FALSE(parse_head(get("Connection: Upgrade , CLOSE\r\n"))->keep_alive);
  EXPECT_TRUE(parse_head(get("Connection: closed\r\n"))->keep_alive);
  EXPECT_FALSE(parse_head("GET / HTTP/1.0\r\n\r\n")->keep_alive);
}

TEST(Head, TakesHostFromAnAbsoluteTarget) {
  const auto head = parse_head("GET http://real.example/a HTTP/1.1\r\nHost: other.example\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->host, "real.example");
  EXPECT_EQ(*find_header(head->headers, "Host"), "real.example");
}

TEST(Head, KnowsAnUpgradeByEitherOfItsHeaders) {
  EXPECT_TRUE(parse_head(get("Connection: Upgrade\r\nUpgrade: WebSocket\r\n"))->upgrades);
  EXPECT_TRUE(parse_head(get("Upgrade: h2c\r\n"))->upgrades);
  EXPECT_TRUE(parse_head(get("Connection: close, Upgrade\r\n"))->upgrades);
  EXPECT_FALSE(parse_head(get("Connection: close\r\n"))->upgrades);
}

TEST(Head, RefusesByTheLetter) {
  const std::pair<const char*, int> cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", 400},                        // no Host
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},  // two, even alike
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
      {"GET http://a:b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"GET /\r\nHost: a\r\n\r\n", 400},  // HTTP/0.9
      {" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.11\r\nHost: a\r\n\r\n", 400},
      {"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", 400},  // folded
      {"GET / HTTP/1.1\r\nHost: a\r\n\tX: 1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX Y: 1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\n: 1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\r\n\r\n", 400},  // bare LF
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\rX: 1\r\n\r\n", 400},  // bare CR
      {"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", 417},
      {"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /../x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"\r\n", 400},
  };
  for (const auto& [text, status] : cases) EXPECT_EQ(status_of(text), status) << text;
  using namespace std::string_view_literals;
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX\0Y: 1\r\n\r\n"sv), 400);
  EXPECT_EQ(status_of(fmt::format("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", std::string(kTargetLimit, 'a'))), 414);
}

TEST(Head, TakesTheHostsThatThereAre) {
  for (const char* host : {"a", "a.example", "a.example:8080", "127.0.0.1:1", "[::1]", "[::1]:8080", "a_b", "a:"})
    EXPECT_EQ(status_of(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", host)), 200) << host;
}

TEST(Head, NeedNotBeCompleteToBeHopeless) {
  for (const char* text : {"", "G", "GET / HTTP/1.1\r", "GET / HTTP/1.1\r\nHost: a\tb"})
    EXPECT_TRUE(may_become_head(text));
  for (const char* text : {"\n", "GET /\n", "GET /\rX", "\x16\x03\x01", "a\x7f"}) EXPECT_FALSE(may_become_head(text));
}

}  // namespace
}  // namespace oculus::web
