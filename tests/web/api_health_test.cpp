#include <gmock/gmock.h>

#include <future>

#include "api_harness.hpp"
#include "web/api/health_api.hpp"

namespace oculus::web::api {
namespace {

using testing::HasSubstr;

class HealthApiTest : public ApiTest {
 protected:
  HealthApiTest() { api.add_routes(router); }
  HealthApi api{*database.writer, *database.readers};
};

TEST_F(HealthApiTest, AllIsWell) {
  EXPECT_EQ(get("/healthz").body, R"({"status":"ok"})");
  const auto ready = get("/readyz?cache=no");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(ready.body, R"({"status":"ok","db":"ready"})");
}

TEST_F(HealthApiTest, NotReadyWhenTheWriterHasEnded) {
  database.writer->shutdown();
  const auto answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, R"({"status":"not_ready","db":"the writer has ended"})");
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(HealthApiTest, NotReadyWhenNoReaderAnswers) {
  std::promise<void> go_on;
  const auto held = go_on.get_future().share();
  for (int threads = 0; threads < 2; ++threads) database.readers->submit([held](store::Reader&) { held.wait(); });
  const auto answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("the database did not answer within 1 s"));
  go_on.set_value();
  EXPECT_EQ(get("/readyz").status, 200);
}

TEST(QueueWatch, IsStuckOnlyWhenFullWithoutACommitForTenSeconds) {
  QueueWatch watch;
  const Clock::time_point begin{};
  EXPECT_FALSE(watch.is_stuck(true, 100, begin));
  EXPECT_FALSE(watch.is_stuck(true, 100, begin + 9s));
  EXPECT_TRUE(watch.is_stuck(true, 100, begin + 10s));
  EXPECT_FALSE(watch.is_stuck(true, 600, begin + 11s));  // a commit
  EXPECT_FALSE(watch.is_stuck(true, 600, begin + 20s));
  EXPECT_FALSE(watch.is_stuck(false, 600, begin + 30s));  // room
  EXPECT_FALSE(watch.is_stuck(true, 600, begin + 31s));
  EXPECT_TRUE(watch.is_stuck(true, 600, begin + 41s));
}

}  // namespace
}  // namespace oculus::web::api
