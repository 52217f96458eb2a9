#include "net/resolver.hpp"

#include <gmock/gmock.h>

#include <chrono>

#include "net/fake_name_server.hpp"
#include "net/run_on.hpp"

namespace oculus::net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using Packet = FakeNameServer::Packet;

class ResolverTest : public testing::Test {
 protected:
  std::vector<std::string> resolve(const std::string& host, Family family = Family::any) {
    const auto found = run_on(loop, resolver().resolve(host, family, Clock::now() + 10s));
    if (!found) return {found.error().text()};
    std::vector<std::string> texts;
    for (const auto& address : *found) texts.push_back(address.to_string());
    return texts;
  }
  Error error_of(const std::string& host, std::chrono::milliseconds limit = 10s) {
    const auto found = run_on(loop, resolver().resolve(host, Family::any, Clock::now() + limit));
    return found ? Error{ErrorKind::internal, "it was found", "an error", {}} : found.error();
  }
  void ask(const FakeNameServer& server) {
    run_on(loop, [](Resolver& resolver, std::string address) -> boost::asio::awaitable<int> {
      resolver.use_servers(std::move(address));
      co_return 0;
    }(resolver(), server.address()));
  }
  Resolver& resolver() { return resolver_of(context(loop)); }

  Loop loop{"test"};
};

Packet both_families(const Packet& question, int type) {
  if (type == 1) return FakeNameServer::answer(question, 0, {{192, 0, 2, 1}, {192, 0, 2, 2}});
  return FakeNameServer::answer(question, 0, {{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}});
}

TEST_F(ResolverTest, NumericAddressesAnswerAtOnce) {
  EXPECT_THAT(resolve("127.0.0.1"), ElementsAre("127.0.0.1"));
  EXPECT_THAT(resolve("::1"), ElementsAre("::1"));
  EXPECT_THAT(resolve("127.0.0.1", Family::v6), ElementsAre(HasSubstr("not an IPv6 address")));
}

TEST_F(ResolverTest, TheHostsFileIsHonoured) {
  const FakeNameServer silent([](const Packet&, int) { return Packet{}; });
  ask(silent);
  EXPECT_THAT(resolve("localhost", Family::v4), testing::Contains("127.0.0.1"));
  EXPECT_EQ(silent.questions(), 0);
}

TEST_F(ResolverTest, GivesTheAddressesOfBothFamiliesOrOfOne) {
  const FakeNameServer server(both_families);
  ask(server);
  EXPECT_THAT(resolve("two.example.com"), UnorderedElementsAre("192.0.2.1", "192.0.2.2", "2001:db8::1"));
  EXPECT_THAT(resolve("two.example.com", Family::v4), UnorderedElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_THAT(resolve("two.example.com", Family::v6), ElementsAre("2001:db8::1"));
}

TEST_F(ResolverTest, TellsWhatWentWrong) {
  const FakeNameServer nxdomain([](const Packet& question, int) { return FakeNameServer::answer(question, 3); });
  ask(nxdomain);
  const Error missing = error_of("missing.example.com");
  EXPECT_EQ(missing.kind, ErrorKind::not_found);
  EXPECT_THAT(missing.what, HasSubstr("'missing.example.com' does not exist"));

  const FakeNameServer servfail([](const Packet& question, int) { return FakeNameServer::answer(question, 2); });
  ask(servfail);
  const Error broken = error_of("broken.example.com");
  EXPECT_EQ(broken.kind, ErrorKind::unavailable) << broken.text();

  EXPECT_EQ(error_of("").kind, ErrorKind::invalid);
}

TEST_F(ResolverTest, ASilentServerEndsAtTheDeadlineAndDelaysNobodyElse) {
  const FakeNameServer silent([](const Packet& question, int type) {
    const std::string text(question.begin(), question.end());
    return text.find("silent") == std::string::npos ? both_families(question, type) : Packet{};
  });
  ask(silent);
  auto waiting =
      boost::asio::co_spawn(context(loop), resolver().resolve("silent.example.com", Family::any, Clock::now() + 500ms),
                            boost::asio::use_future);
  EXPECT_EQ(resolve("quick.example.com").size(), 3U);
  const auto ended = waiting.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, ErrorKind::timed_out);
}

TEST_F(ResolverTest, AGarbledAnswerIsNoAddress) {
  const FakeNameServer garbage([](const Packet& question, int) {
    Packet reply = FakeNameServer::answer(question, 0, {{192, 0, 2, 1}});
    reply.resize(reply.size() - 7);
    return reply;
  });
  ask(garbage);
  const Error error = error_of("garbled.example.com", 500ms);
  EXPECT_THAT(error.kind, testing::AnyOf(ErrorKind::unavailable, ErrorKind::timed_out)) << error.text();
}

TEST_F(ResolverTest, ALoopMayEndWhileAQuestionIsOpen) {
  const FakeNameServer silent([](const Packet&, int) { return Packet{}; });
  {
    Loop short_lived("test");
    Resolver& mine = resolver_of(context(short_lived));
    mine.use_servers(silent.address());
    boost::asio::co_spawn(context(short_lived), mine.resolve("open.example.com", Family::any, Deadline::max()),
                          [](const std::exception_ptr&, const auto&) {});
    while (silent.questions() == 0) std::this_thread::yield();
  }
  EXPECT_GE(silent.questions(), 1);
}

}  // namespace
}  // namespace oculus::net
