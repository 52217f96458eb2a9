#include "net/egress_gate.hpp"

#include <gmock/gmock.h>

#include "net/address.hpp"

namespace oculus::net {
namespace {

using testing::HasSubstr;

AddressBytes address(const std::string& text) { return bytes_of(boost::asio::ip::make_address(text)); }

EgressGate gate(const std::vector<std::string>& allow, const std::vector<std::string>& deny) {
  return EgressGate::make(allow, deny).value();
}

TEST(EgressGate, LetsPeopleWatchWhatTheyOwn) {
  const EgressGate open;
  for (const char* text : {"127.0.0.1", "::1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "fd12::1", "192.0.2.1",
                           "2001:db8::1", "0.0.0.0", "169.253.255.255", "169.255.0.0", "fec0::1", "100.100.100.201"})
    EXPECT_TRUE(open.check(address(text))) << text;
}

TEST(EgressGate, RefusesLinkLocalAndCloudMetadata) {
  const EgressGate open;
  for (const char* text : {"169.254.0.1", "169.254.169.254", "::ffff:169.254.169.254", "169.254.170.2", "fe80::1",
                           "febf::1", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"})
    EXPECT_FALSE(open.check(address(text))) << text;
}

TEST(EgressGate, SaysWhichRuleAndWhatToSet) {
  const auto metadata = EgressGate().check(address("::ffff:169.254.169.254"));
  ASSERT_FALSE(metadata);
  EXPECT_EQ(metadata.error().kind, ErrorKind::forbidden);
  EXPECT_THAT(metadata.error().text(), HasSubstr("169.254.169.254 is refused: a cloud metadata address"));
  EXPECT_THAT(metadata.error().text(), HasSubstr("set `egress.allow: [169.254.169.254]`"));

  const auto denied = gate({}, {"10.0.0.0/8"}).check(address("10.9.8.7"));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().text(), "10.9.8.7 is refused by `egress.deny: 10.0.0.0/8`");
}

TEST(EgressGate, AllowNamesWhatIsMeant) {
  const EgressGate some = gate({"169.254.10.0/24", "fe80::1"}, {});
  EXPECT_TRUE(some.check(address("169.254.10.77")));
  EXPECT_TRUE(some.check(address("fe80::1")));
  EXPECT_FALSE(some.check(address("169.254.11.1")));
  EXPECT_FALSE(some.check(address("fe80::2")));
}

TEST(EgressGate, DenyWinsOverAllow) {
  const EgressGate strict = gate({"0.0.0.0/0", "::/0"}, {"127.0.0.0/8", "::1"});
  EXPECT_FALSE(strict.check(address("127.0.0.1")));
  EXPECT_FALSE(strict.check(address("::ffff:127.0.0.1")));
  EXPECT_FALSE(strict.check(address("::1")));
  EXPECT_TRUE(strict.check(address("169.254.169.254")));
}

TEST(EgressGate, NoAddressIsThisMachine) {  // where Linux takes a connection to it
  const EgressGate strict = gate({}, {"127.0.0.0/8", "::1"});
  for (const char* text : {"0.0.0.0", "::", "::ffff:0.0.0.0", "64:ff9b::127.0.0.1"})
    EXPECT_FALSE(strict.check(address(text))) << text;
  EXPECT_TRUE(strict.check(address("192.0.2.1")));
}

TEST(EgressGate, TranslationLeadsToNoForbiddenAddress) {
  EXPECT_FALSE(EgressGate().check(address("64:ff9b::169.254.169.254")));
  EXPECT_TRUE(EgressGate().check(address("64:ff9b::192.0.2.1")));
  EXPECT_TRUE(gate({"169.254.169.254"}, {}).check(address("64:ff9b::169.254.169.254")));
}

TEST(AddressRange, RefusesWhatIsNoRange) {
  for (const char* text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "::/129", "example.com", "10.0.0", "1.2.3.4/-1"}) {
    const auto range = AddressRange::parse(text);
    ASSERT_FALSE(range) << text;
    EXPECT_THAT(range.error().text(), HasSubstr("10.0.0.0/8")) << text;
  }
  const std::vector<std::string> entries = {"127.0.0.1", "nonsense"};
  EXPECT_THAT(EgressGate::make({}, entries).error().text(), HasSubstr("egress.deny: 'nonsense'"));
}

}  // namespace
}  // namespace oculus::net
