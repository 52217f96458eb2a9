#include "web/router.hpp"

#include <gmock/gmock.h>

namespace oculus::web {
namespace {

using testing::ElementsAre;
using testing::Pair;
using enum Router::Access;

boost::asio::awaitable<Response> nothing(Request) { co_return Response::no_content(); }

TEST(Router, FindsByPathAndMethod) {
  Router router;
  router.add("GET", "/", page, nothing);
  router.add("GET", "/api/collectors/{type}/{name}", api, nothing);
  router.add("DELETE", "/api/collectors/{type}/{name}", api, nothing);
  EXPECT_NE(router.find("GET", "/").handler, nullptr);
  const auto match = router.find("DELETE", "/api/collectors/tcp/a%2Fb");
  ASSERT_NE(match.handler, nullptr);
  EXPECT_THAT(match.path_values, ElementsAre(Pair("type", "tcp"), Pair("name", "a/b")));
  EXPECT_NE(router.find("HEAD", "/api/collectors/tcp/x").handler, nullptr);
}

TEST(Router, PrefersLiteralsInAnyOrder) {
  for (const bool literal_first : {true, false}) {
    Router router;
    if (literal_first) router.add("GET", "/m/stats", page, nothing);
    router.add("GET", "/m/{id}", api, nothing);
    if (!literal_first) router.add("GET", "/m/stats", page, nothing);
    EXPECT_EQ(router.find("GET", "/m/stats").access, page);
    EXPECT_EQ(router.find("GET", "/m/other").access, api);
  }
}

TEST(Router, KnowsWhichMethodsAreAllowed) {
  Router router;
  router.add("POST", "/x", api, nothing);
  router.add("GET", "/x", api, nothing);
  const auto match = router.find("PUT", "/x");
  EXPECT_EQ(match.handler, nullptr);
  EXPECT_EQ(match.allowed, "GET, HEAD, POST");
  EXPECT_EQ(router.find("GET", "/y").allowed, "");
}

TEST(Router, TakesNoMoreOrLessThanThePattern) {
  Router router;
  router.add("GET", "/x/{name}", api, nothing);
  router.add("GET", "/", page, nothing);
  for (const char* path : {"/x", "/x/", "/x//", "/x/a/", "/x/a/b", "//x/a", "/X/a", "*", ""})
    EXPECT_EQ(router.find("GET", path).handler, nullptr) << path;
}

}  // namespace
}  // namespace oculus::web
