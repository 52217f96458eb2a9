#include <gmock/gmock.h>

#include <future>

#include "api_harness.hpp"
#include "web/api/query_api.hpp"

namespace oculus::web::api {
namespace {

using testing::HasSubstr;

class QueryApiTest : public ApiTest {
 protected:
  QueryApiTest() {
    api.add_routes(router);
    declare(series_named("network.tcp", "redis", "net.tcp.redis.rtt"));
    flush();
  }
  Response query(std::string body) { return call("POST", "/api/query", std::move(body)); }

  QueryApi api{*database.sql, {.time = 2s, .rows = 10, .bytes = 1000}};
};

TEST_F(QueryApiTest, ValuesKeepTheirTypes) {
  EXPECT_EQ(query(R"({"sql": "SELECT symbol, 1, 2.5, NULL, ?, ?, ?, ?, ? FROM metric_series",
                      "params": ["a'b", 7, 1e3, true, null]})")
                .body,
            R"({"columns":["symbol","1","2.5","NULL","?","?","?","?","?"],)"
            R"("rows":[["net.tcp.redis.rtt",1,2.5,null,"a'b",7,1000,1,null]],"truncated":false})");
}

TEST_F(QueryApiTest, IntegersThatABrowserCannotHoldAreTexts) {
  EXPECT_EQ(query(R"({"sql": "SELECT 9007199254740992 a, 9007199254740993 b, ? c, -9223372036854775808 d, 9e999 e",
                      "params": [9007199254740993]})")
                .body,
            R"({"columns":["a","b","c","d","e"],"rows":[[9007199254740992,"9007199254740993","9007199254740993",)"
            R"("-9223372036854775808","Infinity"]],"truncated":false})");
}

TEST_F(QueryApiTest, LongAnswersAreCutAndSaySo) {
  constexpr const char* kMany = R"({"sql": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 50) )"
                                R"(SELECT i, %s FROM n"})";
  const auto with = [&](std::string_view column) {
    std::string text = kMany;
    return text.replace(text.find("%s"), 2, column);
  };
  const auto rows = json(query(with("1")));
  EXPECT_EQ(rows.at("rows").as_array().size(), 10U);
  EXPECT_EQ(rows.at("truncated"), true);
  const auto bytes = query(
      with("replace(hex('01234567890123456789012345678901234567890123456789'), '3', char(1))"));  // six times as long
                                                                                                  // when escaped
  EXPECT_EQ(json(bytes).at("truncated"), true);
  EXPECT_LT(bytes.body.size(), 2000U);
}

TEST_F(QueryApiTest, MistakesAreNamed) {
  const struct {
    const char* body;
    const char* message;
  } cases[] = {
      {"", "this is not JSON"},
      {"[]", "the body is a list"},
      {"{}", "sql is missing"},
      {R"({"sql": ""})", "sql is empty"},
      {R"({"sql": 5})", "sql is 5"},
      {R"({"sql": "SELECT 1", "sql": "SELECT 2"})", "twice"},
      {R"({"sql": "SELECT 1", "parms": []})", "the nearest known one is params"},
      {R"({"sql": "SELECT 1", "params": {}})", "params is a map"},
      {R"({"sql": "SELECT ?", "params": [[1]]})", "a parameter is a list or an object"},
      {R"({"sql": "SELECT ?", "params": [9223372036854775808]})", "beyond what SQL can hold"},
      {R"({"sql": "SELECT ?", "params": [-9223372036854775809]})", "beyond what SQL can hold"},
      {R"({"sql": "SELECT ?", "params": [1e999]})", "beyond what SQL can hold"},
      {R"({"sql": "SELECT ?", "params": [1e-999]})", "beyond what SQL can hold"},
      {R"({"sql": "SELECT ?", "params": [1, 2]})", "the query has 1 parameters, 2 came"},
      {R"({"sql": "SELEC 1"})", R"(near \"SELEC\": syntax error)"},
      {R"({"sql": "SELECT 1; SELECT 2"})", "more than one statement"},
      {R"({"sql": "DELETE FROM events"})", "not allowed"},
      {R"({"sql": "SELECT config FROM collector_rows"})", "collector_rows is not public"},
      {R"({"sql": "SELECT 1"} x)", "something stands behind the JSON"},
  };
  for (const auto& [body, message] : cases) {
    const auto answer = query(body);
    EXPECT_EQ(answer.status, 400) << body << answer.body;
    EXPECT_EQ(answer.content_type, "application/problem+json") << body;
    EXPECT_THAT(answer.body, HasSubstr(message)) << body;
  }
  EXPECT_EQ(call("POST", "/api/query?sql=SELECT", R"({"sql": "SELECT 1"})").status, 400);
  EXPECT_EQ(query(std::string(100, '[') + std::string(100, ']')).status, 400);
  EXPECT_EQ(query(R"({"sql": ")" + std::string(2 << 20, ' ') + "\"}").status, 413);
}

TEST_F(QueryApiTest, AQueryThatTakesTooLongIs504) {
  QueryApi impatient(*database.sql, {.time = 1ms});
  router = Router();
  impatient.add_routes(router);
  const auto answer =
      query(R"({"sql": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT sum(i) FROM n"})");
  EXPECT_EQ(answer.status, 504) << answer.body;
}

TEST_F(QueryApiTest, AQueryThatGetsNoTurnIs504) {
  QueryApi impatient(*database.sql, {.time = 1ms});
  router = Router();
  impatient.add_routes(router);
  std::promise<void> go_on;
  const auto held = go_on.get_future().share();
  for (int threads = 0; threads < 2; ++threads) database.sql->submit([held](store::SqlReader&) { held.wait(); });
  const auto answer = query(R"({"sql": "SELECT 1"})");
  EXPECT_EQ(answer.status, 504);
  EXPECT_THAT(answer.body, HasSubstr("no turn within 1 ms"));
  go_on.set_value();
}

}  // namespace
}  // namespace oculus::web::api
