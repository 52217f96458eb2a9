// Raw bytes against a real server: what is not certain closes the connection, and nothing bent is ever answered with
// 2xx.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "web/test_server.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kNext = "GET /text HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string chunked(std::string_view body) {
  return fmt::format(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n{}",
      body);
}

TEST(Framing, RefusesAndCloses) {
  TestServer server;
  const std::pair<std::string, int> cases[] = {
      {"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400},
      {"POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {"GET /text HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", 400},
      {"GET /text HTTP/1.1\nHost: localhost\n\n", 400},
      {"GET /text HTTP/1.1\r\nHost: localhost\n", 400},
      {"GET /text HTTP/1.1\r\n\r\n", 400},
      {"GET /text HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400},
      {"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
      {"\x16\x03\x01 hello from TLS", 400},
      {fmt::format("GET /{} HTTP/1.1\r\n", std::string(9000, 'a')) + "Host: localhost\r\n\r\n", 414},
      {fmt::format("GET /{}", std::string(20000, 'a')), 414},
      {fmt::format("GET /text HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", std::string(17000, 'a')), 431},
      {fmt::format("GET /text HTTP/1.1\r\nHost: localhost\r\nX: {}", std::string(20000, 'a')), 431},
      {chunked("x\r\n"), 400},
      {chunked("-1\r\n"), 400},
      {chunked("0x2\r\nab\r\n0\r\n\r\n"), 400},
      {chunked("2\nab\r\n0\r\n\r\n"), 400},
      {chunked("2\r\nabc\r\n0\r\n\r\n"), 400},
      {chunked("2\r\nab\n0\r\n\r\n"), 400},
      {chunked("2;\x01\r\nab\r\n0\r\n\r\n"), 400},
      {chunked("2;a\nb\r\nab\r\n0\r\n\r\n"), 400},
      {chunked("2;a=\"\n\"\r\nab\r\n0\r\n\r\n"), 400},
      {chunked("2\r\nab\r\n0;a=\"\n\"\r\n\r\n"), 400},
      {chunked("11111111111111111\r\n"), 400},
      {chunked("\r\n"), 400},
      {chunked("2\r\nab\r\n0\r\nContent-Length: 5\r\n\r\n"), 400},
      {chunked("fffffff\r\n"), 413},
      {fmt::format("{};{}", chunked("2"), std::string(20000, 'a')), 400},
  };
  for (const auto& [bytes, status] : cases) {
    Client client = server.connect();
    EXPECT_EQ(client.ask(bytes).status, status) << bytes.substr(0, 200);
    client.send(kNext);  // what stands behind it is not served
    EXPECT_TRUE(client.closed_by_server()) << bytes.substr(0, 200);
  }
  EXPECT_EQ(server.handled, 0);
}

TEST(Framing, ReadsChunksInWhateverPieces) {
  TestServer server;
  const std::string bytes =
      chunked("5\r\nhello\r\n1;name=\"value\"\r\n,\r\n00006\r\n world\r\n0\r\nTrailer: x\r\n\r\n");
  Client client = server.connect();
  EXPECT_EQ(client.ask(bytes).body, "hello, world");
  for (const char byte : bytes) client.send({&byte, 1});
  EXPECT_EQ(client.receive().body, "hello, world");
  EXPECT_EQ(client.ask(kNext).body, "hello");
}

TEST(Framing, AnswersPipelinedRequestsInOrder) {
  TestServer server;
  Client client = server.connect();
  std::string bytes;
  for (int i = 0; i < 200; ++i)
    bytes += fmt::format(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\n{:03}", i);
  client.send(bytes);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(client.receive().body, fmt::format("{:03}", i));
}

TEST(Framing, ForgivesOneEmptyLineBeforeARequest) {
  TestServer server;
  Client client = server.connect();
  EXPECT_EQ(client.ask(kNext).status, 200);
  EXPECT_EQ(client.ask(fmt::format("\r\n{}", kNext)).status, 200);
  for (const char byte : fmt::format("\r\n{}", kNext)) client.send({&byte, 1});  // whatever the pieces
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.ask(fmt::format("\r\n\r\n{}", kNext)).status, 400);
}

TEST(Framing, RefusesABodyThatIsTooLong) {
  ServerSettings settings;
  settings.body_limit = 1000;
  TestServer server(settings);
  const std::string type = "Content-Type: text/plain\r\n";
  EXPECT_EQ(server.request("POST", "/echo", type, std::string(1000, 'a')).status, 200);
  const Answer refused = server.request("POST", "/echo", type, std::string(1001, 'a'));
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused.header("Connection"), "close");
  Client client = server.connect();
  EXPECT_EQ(client.ask(chunked(fmt::format("3e8\r\n{}\r\n1\r\nb\r\n", std::string(1000, 'a')))).status, 413);
}

TEST(Framing, ContinuesWhenAskedTo) {
  TestServer server;
  Client client = server.connect();
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
      "Expect: 100-continue\r\n\r\n";
  EXPECT_EQ(client.ask(head).status, 100);
  EXPECT_EQ(client.ask("ok").body, "ok");

  const std::string refused =  // no body is asked for that will not be taken
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 2\r\n"
      "Expect: 100-continue\r\n\r\n";
  EXPECT_EQ(client.ask(refused).status, 415);
  EXPECT_TRUE(client.closed_by_server());
}

TEST(Framing, NeverAnswersACutBody) {
  TestServer server;
  {
    Client client = server.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhalf");
  }
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
  EXPECT_EQ(server.handled, 0);
}

}  // namespace
}  // namespace oculus::web
