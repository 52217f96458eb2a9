#include "model/symbol.hpp"

#include <gtest/gtest.h>

namespace oculus {
namespace {

TEST(Symbol, TakesWhatRulesCanWrite) {
  const std::string longest = "a" + std::string(Symbol::kMaxLength - 1, '9');
  for (const std::string_view text : {std::string_view("a"), std::string_view("net.tcp.redis.rtt"),
                                      std::string_view("x_1:2.3"), std::string_view(longest)}) {
    const auto symbol = Symbol::parse(text);
    ASSERT_TRUE(symbol) << symbol.error().text();
    EXPECT_EQ(symbol->text(), text);
  }
}

void check_refused(std::string_view text, int column, std::string_view what) {
  const auto symbol = Symbol::parse(text, {"oculus.yaml", 3, 10});
  ASSERT_FALSE(symbol) << text;
  EXPECT_EQ(symbol.error().kind, ErrorKind::invalid);
  EXPECT_EQ(symbol.error().what, what);
  EXPECT_EQ(symbol.error().expected, "1 to 200 of a-z 0-9 _ . : beginning with a letter");
  EXPECT_EQ(symbol.error().place, (Place{"oculus.yaml", 3, column}));
}

TEST(Symbol, PointsAtWhatDoesNotBelong) {
  check_refused("", 10, "the symbol is empty");
  check_refused("Net.tcp", 10, "'Net.tcp' is not a symbol: 'N' at 1 does not belong");
  check_refused("1net", 10, "'1net' is not a symbol: '1' at 1 does not belong");
  check_refused(".net", 10, "'.net' is not a symbol: '.' at 1 does not belong");
  check_refused("net.tcp-redis", 17, "'net.tcp-redis' is not a symbol: '-' at 8 does not belong");
  check_refused("net tcp", 13, "'net tcp' is not a symbol: ' ' at 4 does not belong");
}

TEST(Symbol, ShowsAForeignCharacterWhole) {
  check_refused("net.größe", 16, "'net.größe' is not a symbol: 'ö' at 7 does not belong");
}

TEST(Symbol, CutsWhatIsTooLongBetweenCharacters) {
  check_refused(std::string(201, 'a'), 10, "the symbol '" + std::string(40, 'a') + "…' has 201 bytes");
  std::string umlauts = "x";
  for (int i = 0; i < 5000; ++i) umlauts += "ö";
  const auto refused = Symbol::parse(umlauts);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, "the symbol '" + umlauts.substr(0, 39) + "…' has 10001 bytes");
}

TEST(Symbol, IsMadeOfAnyText) {
  EXPECT_EQ(Symbol::from("BTC/USD price")->text(), "btc_usd_price");
  EXPECT_EQ(Symbol::from("net.http.api-health.rtt")->text(), "net.http.api_health.rtt");
  EXPECT_EQ(Symbol::from("a größe 日本")->text(), "a_gr__e___");  // one _ for each character, not for each byte
  EXPECT_FALSE(Symbol::from(""));
  EXPECT_FALSE(Symbol::from("1st"));
  EXPECT_FALSE(Symbol::from("日本"));
  EXPECT_FALSE(Symbol::from(std::string(10'000, 'a')));
}

TEST(Symbol, APartHasNoDots) {
  EXPECT_EQ(symbol_part("api.example.com"), "api_example_com");
  EXPECT_EQ(symbol_part("API-Health:1"), "api_health_1");
  EXPECT_EQ(symbol_part("::1"), "__1");
  EXPECT_EQ(symbol_part("größe"), "gr__e");
  EXPECT_EQ(symbol_part(""), "");
}

TEST(Symbol, IsOrderedByItsText) {
  EXPECT_LT(*Symbol::parse("a.b"), *Symbol::parse("a.c"));
  EXPECT_EQ(*Symbol::parse("a.b"), *Symbol::from("A.B"));
}

}  // namespace
}  // namespace oculus
