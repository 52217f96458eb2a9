// Starting and stopping.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "web/test_server.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHeld = "GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view kText = "GET /text HTTP/1.1\r\nHost: localhost\r\n\r\n";

Error refused(ServerSettings settings) {
  boost::asio::io_context loop;
  const Router router;
  Server server(loop, std::move(settings), router);
  const auto started = server.start();
  return started ? Error{ErrorKind::internal, "it started", "", {}} : started.error();
}

ServerSettings bound_to(std::string bind, std::uint16_t port = 0) {
  ServerSettings settings;
  settings.bind = std::move(bind);
  settings.port = port;
  settings.auth_none = true;
  return settings;
}

TEST(Start, SaysWhyItCannotListen) {
  TestServer other;
  const Error in_use = refused(bound_to("127.0.0.1", other.port()));
  EXPECT_EQ(in_use.kind, ErrorKind::unavailable);
  EXPECT_EQ(in_use.text(),
            fmt::format("127.0.0.1:{} is in use by another program; stop it, or choose another port with "
                        "server.port or --server-port (0: any that is free)",
                        other.port()));
  EXPECT_EQ(refused(bound_to("example.com")).text(),
            "server.bind 'example.com' is not an address; such as 127.0.0.1, 0.0.0.0 or ::1");
  EXPECT_EQ(refused(bound_to("192.0.2.1", 8080)).what,
            "no interface of this machine has the address of 192.0.2.1:8080");

  ServerSettings open_to_all = bound_to("0.0.0.0");
  open_to_all.auth_none = false;
  EXPECT_EQ(refused(open_to_all).kind, ErrorKind::invalid);
  open_to_all.bind = "::";
  EXPECT_EQ(refused(open_to_all).kind, ErrorKind::invalid);
}

TEST(Start, NamesAnAddressThatABrowserCanOpen) {
  const std::pair<const char*, const char*> cases[] = {
      {"127.0.0.1", "http://127.0.0.1:"}, {"localhost", "http://127.0.0.1:"}, {"0.0.0.0", "http://127.0.0.1:"},
      {"::1", "http://[::1]:"},           {"[::1]", "http://[::1]:"},         {"::", "http://[::1]:"}};
  for (const auto& [bind, url] : cases) {
    boost::asio::io_context loop;
    const Router router;
    Server server(loop, bound_to(bind), router);
    ASSERT_TRUE(server.start()) << bind;
    EXPECT_TRUE(server.url().starts_with(url)) << server.url();
    EXPECT_FALSE(server.url().ends_with(":0"));
  }
}

TEST(Start, ListensOnIpv6) {
  TestServer server(bound_to("::1"));
  EXPECT_EQ(Client(server.port(), "::1").ask(kText).body, "hello");
}

TEST(Drain, LetsRunningRequestsEndAndClosesTheRest) {
  TestServer server;
  Client idle = server.connect();
  EXPECT_EQ(idle.ask(kText).status, 200);
  Client begun = server.connect();
  begun.send("GET /text HT");
  Client busy = server.connect();
  busy.send(kHeld);
  busy.send(kText);  // pipelined behind it: not begun, so not served
  Client sending = server.connect();
  sending.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n"
      "Expect: 100-continue\r\n\r\n");
  ASSERT_EQ(sending.receive().status, 100);
  ASSERT_TRUE(eventually([&] { return server.held == 1 && server.connections() == 4; }));

  auto drained = server.drain(20s);
  EXPECT_EQ(idle.rest(), "");
  EXPECT_TRUE(begun.closed_by_server());
  EXPECT_NE(drained.wait_for(0s), std::future_status::ready);
  const Answer sent = sending.ask("body");
  EXPECT_EQ(sent.body, "body");
  EXPECT_EQ(sent.header("Connection"), "close");
  server.release();
  const Answer answer = busy.receive();
  EXPECT_EQ(answer.body, "released");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(busy.rest(), "");
  ASSERT_EQ(drained.wait_for(20s), std::future_status::ready);
  EXPECT_EQ(server.connections(), 0U);
}

TEST(Drain, CutsWhatRunsAtTheDeadline) {
  TestServer server;
  Client busy = server.connect();
  busy.send(kHeld);
  ASSERT_TRUE(eventually([&] { return server.held == 1; }));
  ASSERT_EQ(server.drain(50ms).wait_for(20s), std::future_status::ready);
  EXPECT_EQ(server.cancelled, 1);
  EXPECT_EQ(server.connections(), 0U);
  EXPECT_EQ(busy.rest(), "");
}

TEST(Drain, AcceptsNobodyElse) {
  TestServer server;
  const std::uint16_t port = server.port();
  ASSERT_EQ(server.drain(20s).wait_for(20s), std::future_status::ready);
  TestServer next(bound_to("127.0.0.1"));  // and the address is free at once
  EXPECT_NE(next.port(), 0);
  boost::asio::io_context loop;
  const Router router;
  Server same(loop, bound_to("127.0.0.1", port), router);
  EXPECT_TRUE(same.start());
}

TEST(Server, MayEndWhileItIsBusy) {
  TestServer server;
  std::vector<Client> clients;
  for (const char* begun :
       {"", "GET /te", "GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /huge HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n"}) {
    clients.push_back(server.connect());
    clients.back().send(begun);
  }
  ASSERT_TRUE(eventually([&] { return server.held == 1 && server.connections() == 5; }));
  server.stop();
  for (Client& client : clients) EXPECT_TRUE(client.closed_by_server());
}

TEST(Server, MayOutliveItsLoopsLastTurn) {
  const Router router;
  auto loop = std::make_unique<boost::asio::io_context>();
  auto server = std::make_unique<Server>(*loop, bound_to("127.0.0.1"), router);
  ASSERT_TRUE(server->start());
  const std::string url = server->url();
  Client client(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
  client.send("GET /te");
  while (server->connections() == 0) loop->run_one();
  server.reset();
  loop.reset();  // with the connection's coroutine never resumed
  EXPECT_TRUE(client.closed_by_server());
}

}  // namespace
}  // namespace oculus::web
