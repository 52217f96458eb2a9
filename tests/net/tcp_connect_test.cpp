#include "net/tcp_connect.hpp"

#include <gmock/gmock.h>

#include <boost/asio/ip/v6_only.hpp>
#include <chrono>

#include "net/local_port.hpp"
#include "net/run_on.hpp"

namespace oculus::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class TcpConnectTest : public testing::Test {
 protected:
  Outcome<TcpConnection> connect(const std::vector<std::string>& texts, std::uint16_t port,
                                 std::chrono::milliseconds limit = 10s) {
    std::vector<boost::asio::ip::address> addresses;
    for (const auto& text : texts) addresses.push_back(boost::asio::ip::make_address(text));
    return run_on(loop, tcp_connect(addresses, port, gate, Clock::now() + limit));
  }
  EgressGate gate;
  Loop loop{"test"};
};

TEST_F(TcpConnectTest, ConnectsAndSaysHowLongItTook) {
  const ListeningPort target;
  const auto connection = connect({"127.0.0.1"}, target.port());
  ASSERT_TRUE(connection) << connection.error().detail;
  EXPECT_EQ(connection->address.to_string(), "127.0.0.1");
  EXPECT_LT(connection->took, 10s);
}

TEST_F(TcpConnectTest, TellsRefusedFromSilent) {
  const RefusingPort refusing;
  EXPECT_EQ(connect({"127.0.0.1"}, refusing.port()).error().reason, "refused");
  const SilentPort silent;
  EXPECT_EQ(connect({"127.0.0.1"}, silent.port(), 100ms).error().reason, "timeout");
}

TEST_F(TcpConnectTest, TheNextAddressFollowsAtOnceWhenOneFails) {
  const ListeningPort target;  // only on 127.0.0.1
  const auto connection = connect({"::1", "127.0.0.1"}, target.port());
  ASSERT_TRUE(connection) << connection.error().detail;
  EXPECT_EQ(connection->address.to_string(), "127.0.0.1");
}

TEST_F(TcpConnectTest, TheNextAddressOvertakesOneThatStaysSilent) {
  const SilentPort
      silent;  // 127.0.0.1 is silent at this port; another address of the loopback network refuses, ::1 listens
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor other(context);
  other.open(boost::asio::ip::tcp::v6());
  other.set_option(boost::asio::ip::v6_only(true));
  other.bind({boost::asio::ip::make_address("::1"), silent.port()});
  other.listen();
  const auto begin = Clock::now();
  const auto connection = connect({"127.0.0.1", "::1"}, silent.port());
  const auto whole = Clock::now() - begin;
  ASSERT_TRUE(connection) << connection.error().detail;
  EXPECT_EQ(connection->address.to_string(), "::1");
  EXPECT_LE(connection->took, whole - 250ms) << "the stagger is not the target's time";
}

TEST_F(TcpConnectTest, TheGateIsAskedForEachAddress) {
  const ListeningPort target;
  const auto refused = connect({"169.254.169.254"}, target.port());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "gate");
  EXPECT_THAT(refused.error().detail, HasSubstr("egress.allow"));
  EXPECT_TRUE(connect({"169.254.169.254", "127.0.0.1"}, target.port()));
}

}  // namespace
}  // namespace oculus::net
