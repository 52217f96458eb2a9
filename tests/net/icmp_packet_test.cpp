#include "net/icmp_packet.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace oculus::net {
namespace {

constexpr EchoId kId{.identifier = 0x1234, .sequence = 7, .token = 0x0102030405060708};

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> made;
  for (const int value : values) made.push_back(static_cast<std::byte>(value));
  return made;
}

std::vector<std::byte> operator+(std::vector<std::byte> head, const std::vector<std::byte>& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

std::vector<std::byte> as_type(std::vector<std::byte> message, int type) {
  message[0] = static_cast<std::byte>(type);
  return message;
}

const auto kIpv4Head = bytes({0x45, 0, 0, 84, 0, 0, 0, 0, 64, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1});
const auto kIpv4HeadWithOption =
    bytes({0x46, 0, 0, 88, 0, 0, 0, 0, 64, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1, 0x94, 4, 0, 0});
const auto kIpv6Head = bytes({0x60, 0, 0, 0, 0, 64, 58, 64}) + std::vector<std::byte>(32);

TEST(IcmpPacket, WritesARequestAsTheRfcSays) {
  const auto expected = bytes({8, 0, 0xd4, 0xa4, 0x12, 0x34, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0x11});
  const auto message = make_echo_request(IpFamily::v4, kId, 10);
  EXPECT_EQ(std::vector(message.begin() + 4, message.end()), std::vector(expected.begin() + 4, expected.end()));
  EXPECT_EQ(message[0], std::byte{8});
  EXPECT_EQ(internet_checksum(message), 0);  // a message with its checksum sums up to nothing (RFC 1071)
  EXPECT_NE(message[2], std::byte{0});
}

TEST(IcmpPacket, LeavesTheChecksumOfIpv6ToTheKernel) {
  const auto message = make_echo_request(IpFamily::v6, kId, 8);
  EXPECT_EQ(message, bytes({128, 0, 0, 0, 0x12, 0x34, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(IcmpPacket, ComputesTheChecksumOfRfc1071) {
  // The example of RFC 1071 section 3: the sum of these is ddf2.
  EXPECT_EQ(internet_checksum(bytes({0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7})), 0xffff - 0xddf2);
  EXPECT_EQ(internet_checksum(bytes({0xff})), 0x00ff);
  EXPECT_EQ(internet_checksum({}), 0xffff);
}

TEST(IcmpPacket, ReadsAReply) {
  for (const auto& [family, type] : {std::pair(IpFamily::v4, 0), std::pair(IpFamily::v6, 129)}) {
    const auto news = read_icmp(family, as_type(make_echo_request(family, kId, 56), type));
    ASSERT_TRUE(news);
    EXPECT_EQ(news->kind, IcmpNews::Kind::reply);
    EXPECT_EQ(news->id, kId);
  }
}

TEST(IcmpPacket, DoesNotTakeARequestForAReply) {
  EXPECT_FALSE(read_icmp(IpFamily::v4, make_echo_request(IpFamily::v4, kId, 56)));
  EXPECT_FALSE(read_icmp(IpFamily::v6, make_echo_request(IpFamily::v6, kId, 56)));
}

TEST(IcmpPacket, ReadsWhatAnErrorQuotes) {
  const auto v4 = make_echo_request(IpFamily::v4, kId, 8);
  const auto v6 = make_echo_request(IpFamily::v6, kId, 8);
  using Kind = IcmpNews::Kind;
  const auto check = [](IpFamily family, const std::vector<std::byte>& message, Kind kind) {
    const auto news = read_icmp(family, message);
    ASSERT_TRUE(news);
    EXPECT_EQ(news->kind, kind);
    EXPECT_EQ(news->id, kId);
  };
  check(IpFamily::v4, bytes({3, 1, 0, 0, 0, 0, 0, 0}) + kIpv4Head + v4, Kind::unreachable);
  check(IpFamily::v4, bytes({3, 1, 0, 0, 0, 0, 0, 0}) + kIpv4HeadWithOption + v4, Kind::unreachable);
  check(IpFamily::v4, bytes({3, 4, 0, 0, 0, 0, 5, 0}) + kIpv4Head + v4, Kind::packet_too_big);
  check(IpFamily::v4, bytes({11, 0, 0, 0, 0, 0, 0, 0}) + kIpv4Head + v4, Kind::time_exceeded);
  check(IpFamily::v6, bytes({1, 0, 0, 0, 0, 0, 0, 0}) + kIpv6Head + v6, Kind::unreachable);
  check(IpFamily::v6, bytes({2, 0, 0, 0, 0, 0, 5, 0}) + kIpv6Head + v6, Kind::packet_too_big);
  check(IpFamily::v6, bytes({3, 0, 0, 0, 0, 0, 0, 0}) + kIpv6Head + v6, Kind::time_exceeded);
}

TEST(IcmpPacket, IgnoresErrorsAboutOtherProtocols) {
  auto head = kIpv4Head;
  head[9] = std::byte{17};  // UDP
  EXPECT_FALSE(
      read_icmp(IpFamily::v4, bytes({3, 3, 0, 0, 0, 0, 0, 0}) + head + make_echo_request(IpFamily::v4, kId, 8)));
}

TEST(IcmpPacket, SurvivesEveryTruncation) {
  const auto v4 = bytes({3, 1, 0, 0, 0, 0, 0, 0}) + kIpv4HeadWithOption + make_echo_request(IpFamily::v4, kId, 8);
  const auto v6 = bytes({1, 0, 0, 0, 0, 0, 0, 0}) + kIpv6Head + make_echo_request(IpFamily::v6, kId, 8);
  for (std::size_t size = 0; size < v4.size();
       ++size)  // copies of just that size: a sanitizer sees a read behind the end
    EXPECT_FALSE(read_icmp(IpFamily::v4, std::vector(v4.begin(), v4.begin() + static_cast<std::ptrdiff_t>(size))));
  for (std::size_t size = 0; size < v6.size(); ++size)
    EXPECT_FALSE(read_icmp(IpFamily::v6, std::vector(v6.begin(), v6.begin() + static_cast<std::ptrdiff_t>(size))));
}

TEST(IcmpPacket, SkipsTheIpv4HeaderByItsOwnLength) {
  EXPECT_EQ(without_ipv4_header(kIpv4Head + bytes({1, 2})).size(), 2U);
  EXPECT_EQ(without_ipv4_header(kIpv4HeadWithOption + bytes({1, 2})).size(), 2U);
  EXPECT_TRUE(without_ipv4_header(kIpv6Head).empty());
  EXPECT_TRUE(without_ipv4_header(bytes({0x4f})).empty());
  EXPECT_TRUE(without_ipv4_header(as_type(kIpv4Head, 0x4f)).empty());  // claims 60 bytes, has 20
  EXPECT_TRUE(without_ipv4_header(as_type(kIpv4Head, 0x41)).empty());  // claims 4
}

}  // namespace
}  // namespace oculus::net
