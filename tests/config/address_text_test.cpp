#include "config/address_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace oculus::config {
namespace {

TEST(AddressText, KnowsWhatCanBeConnectedTo) {
  for (const std::string_view text :
       {"db.example.com", "db", "a_b.example.com.", "192.0.2.1", "::1", "fe80::1%eth0", "bücher.example"})
    EXPECT_TRUE(is_target(text)) << text;
  for (const std::string_view text :
       {"", " ", "bad host", "https://a.example.com", "a.example.com/health", "a.example.com:80", "[::1]", "::1%",
        "1::2::3", ".example.com", "a..b", "me@example.com", "{{target}}"})
    EXPECT_FALSE(is_target(text)) << text;
  EXPECT_FALSE(is_target(std::string(254, 'a')));
}

TEST(AddressText, KnowsNetworks) {
  for (const std::string_view text : {"192.0.2.7", "192.0.2.0/24", "::/0", "fd00::/8"})
    EXPECT_TRUE(is_network(text)) << text;
  for (const std::string_view text : {"", "metadata", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129"})
    EXPECT_FALSE(is_network(text)) << text;
}

TEST(AddressText, KnowsHostsAndOrigins) {
  for (const std::string_view text : {"oculus.example.com", "oculus.example.com:8080", "[::1]:80"})
    EXPECT_TRUE(is_host(text)) << text;
  for (const std::string_view text : {"", "https://a.example.com", "a/b", "a b"}) EXPECT_FALSE(is_host(text)) << text;
  for (const std::string_view text : {"https://app.example.com", "http://localhost:3000"})
    EXPECT_TRUE(is_origin(text)) << text;
  for (const std::string_view text : {"*", "app.example.com", "ftp://a.example.com", "https://a.example.com/"})
    EXPECT_FALSE(is_origin(text)) << text;
}

TEST(AddressText, KnowsTheLoopback) {
  for (const std::string_view text : {"127.0.0.1", "127.1.2.3", "::1"}) EXPECT_TRUE(is_loopback(text)) << text;
  for (const std::string_view text : {"0.0.0.0", "::", "192.0.2.1", "localhost"})
    EXPECT_FALSE(is_loopback(text)) << text;
}

}  // namespace
}  // namespace oculus::config
