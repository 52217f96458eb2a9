#include "model/series.hpp"

#include <gtest/gtest.h>

namespace oculus {
namespace {

Series series(std::string category, std::string name, std::string target, Tags tags = {}) {
  Series made;
  made.category = std::move(category);
  made.name = std::move(name);
  made.target = std::move(target);
  made.tags = std::move(tags);
  return made;
}

// Each hash is what `printf '%s' 'IDENTITY' | xxhsum -H1` prints for the identity above it.
void check(const Series& given, std::string_view identity, std::uint64_t hash) {
  EXPECT_EQ(given.identity(), identity);
  EXPECT_EQ(given.id(), SeriesId(hash)) << identity;
}

TEST(Series, IsIdentifiedByXxhashOfItsIdentity) {
  check(series("network.http", "api-health", "https://api.example.com/health"),
        "network.http|api-health|https://api.example.com/health|", 0xa9015dedde65e9f7);
  check(series("network.tcp", "redis", "127.0.0.1:6379", {{"field", "rtt"}}),
        "network.tcp|redis|127.0.0.1:6379|field=rtt", 0x63e6d6ddb1dd89d3);
  check(series("custom", "größe", "日本", {{"k", "ü"}}), "custom|größe|日本|k=ü", 0x856d8db6800ca7e1);
  check(series("", "", ""), "|||", 0x9c3a53c0b07c6d79);
}

TEST(Series, SortsItsTags) {
  constexpr std::string_view kIdentity =
      "network.http|api-health|https://api.example.com/health|env=prod,field=rtt,region=eu";
  const Tags::Entry env{"env", "prod"}, field{"field", "rtt"}, region{"region", "eu"};
  for (const Tags& tags : {Tags{env, field, region}, Tags{region, env, field}, Tags{field, region, env}})
    check(series("network.http", "api-health", "https://api.example.com/health", tags), kIdentity, 0x415de317ce2d2f47);
}

TEST(Series, HasAnotherIdForAnotherPart) {
  const auto id = series("c", "n", "t", {{"k", "v"}}).id();
  EXPECT_NE(id, series("c2", "n", "t", {{"k", "v"}}).id());
  EXPECT_NE(id, series("c", "n2", "t", {{"k", "v"}}).id());
  EXPECT_NE(id, series("c", "n", "t2", {{"k", "v"}}).id());
  EXPECT_NE(id, series("c", "n", "t", {{"k", "v2"}}).id());
}

TEST(Series, KeepsItsIdWhenItsDescriptionChanges) {
  Series described = series("c", "n", "t");
  const auto id = described.id();
  described.symbol = *Symbol::parse("net.x");
  described.unit = "ms";
  described.description = "how long";
  described.interval = std::chrono::seconds(5);
  EXPECT_EQ(described.id(), id);
}

TEST(Series, ShowsItsIdSignedAsSqlDoes) {
  EXPECT_EQ(to_signed(SeriesId(0x63e6d6ddb1dd89d3)), 7198677302058518995);
  EXPECT_EQ(to_signed(SeriesId(0xffffffffffffffff)), -1);
  for (const std::uint64_t id : {0x0ULL, 0x63e6d6ddb1dd89d3ULL, 0x8000000000000000ULL, 0xffffffffffffffffULL})
    EXPECT_EQ(series_id_from(to_signed(SeriesId(id))), SeriesId(id));
}

}  // namespace
}  // namespace oculus
