// Clients that take their time, and many of them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "web/test_server.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kText = "GET /text HTTP/1.1\r\nHost: localhost\r\n\r\n";

TEST(SlowClient, HasSoLongForAHead) {
  ServerSettings settings;
  settings.head_timeout = 100ms;
  TestServer server(settings);
  for (const char* begun : {"", "GET /text HTT", "GET /text HTTP/1.1\r\nHost: localhost\r\n"}) {
    Client client = server.connect();
    const Answer answer = client.ask(begun);
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(client.closed_by_server());
  }
}

TEST(SlowClient, HasNoMoreTimeBecauseItDrips) {
  ServerSettings settings;
  settings.head_timeout = 200ms;
  TestServer server(settings);
  Client client = server.connect();
  std::atomic<bool> over = false;
  std::thread drip([&] {
    client.send("GET / HTTP/1.1\r\nX: ");
    while (!over) {
      client.send("a");
      std::this_thread::sleep_for(5ms);
    }
  });
  EXPECT_EQ(client.receive().status, 408);
  over = true;
  drip.join();
}

TEST(SlowClient, IsLetGoSilentlyBetweenRequests) {
  ServerSettings settings;
  settings.idle_timeout = 100ms;
  TestServer server(settings);
  Client client = server.connect();
  EXPECT_EQ(client.ask(kText).status, 200);
  EXPECT_EQ(client.rest(), "");
}

TEST(SlowClient, MustSendABodyAtTheLeastRate) {
  ServerSettings settings;
  settings.head_timeout = 100ms;  // the grace of a body too
  TestServer server(settings);
  Client client = server.connect();
  const Answer answer = client.ask(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\nabc");
  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server.handled, 0);
}

TEST(SlowClient, ThatReadsNothingIsCut) {
  ServerSettings settings;
  settings.write_timeout = 200ms;
  TestServer server(settings);
  Client client = server.connect();
  client.receive_slowly();
  for (int i = 0; i < 4; ++i) client.send("GET /huge HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
}

TEST(SlowClient, TwoHundredSlowNobodyElse) {
  TestServer server;
  std::vector<Client> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(server.connect());
    switch (i % 16) {
      case 0:
      case 1:
      case 2:
        slow.back().send("GET /text HTTP/1.1\r\nHost: localhost\r\nX: ");
        break;
      case 3:
      case 4:
      case 5:
        slow.back().send(
            "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 900000\r\n\r\na");
        break;
      case 6:
        slow.back().receive_slowly();
        slow.back().send("GET /huge HTTP/1.1\r\nHost: localhost\r\n\r\n");
        break;
      default:
        break;  // says nothing at all
    }
  }
  ASSERT_TRUE(eventually([&] { return server.connections() == 200; }));
  Client client = server.connect();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.ask(kText).body, "hello");
  EXPECT_EQ(server.connections(), 201U);  // all of them are still there
}

TEST(SlowClient, MakesRoomForOthersWhenAllPlacesAreTaken) {
  ServerSettings settings;
  settings.max_connections = 20;
  TestServer server(settings);
  std::vector<Client> slow;
  for (int i = 0; i < 60; ++i) {
    slow.push_back(server.connect());
    if (i % 2 == 0) slow.back().send("GET /text HTTP/1.1\r\nHost: localhost\r\nX: ");
    ASSERT_EQ(server.get("/text").body, "hello") << i;
  }
}

TEST(SlowClient, HearsThatAllPlacesAreTaken) {
  ServerSettings settings;
  settings.max_connections = 3;
  TestServer server(settings);
  std::vector<Client> busy;
  for (int i = 0; i < 3; ++i) {
    busy.push_back(server.connect());
    busy.back().send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  ASSERT_TRUE(eventually([&] { return server.held == 3; }));
  const Answer refused = server.get("/text");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  server.release();
  for (Client& client : busy) EXPECT_EQ(client.receive().body, "released");
  EXPECT_TRUE(eventually([&] { return server.get("/text").status == 200; }));
}

}  // namespace
}  // namespace oculus::web
