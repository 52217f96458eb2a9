// What a newcomer sees who starts Oculus with no configuration at all.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <algorithm>

#include "eventually.hpp"
#include "integration/oculus_process.hpp"

namespace oculus::integration {
namespace {

using testing::HasSubstr;

TEST(FirstLook, AnswersHealthAndReadiness) {
  const TempDir dir;
  const OculusProcess oculus(dir);
  EXPECT_EQ(oculus.get("/healthz").body, R"({"status":"ok"})");
  EXPECT_TRUE(eventually([&] { return oculus.get("/readyz").body == R"({"status":"ok","db":"ready"})"; }));
}

TEST(FirstLook, ShowsItsOwnValues) {
  const TempDir dir;
  const OculusProcess oculus(dir);
  for (const char* symbol :
       {"oculus.queue_depth", "oculus.committed", "oculus.db_size", "oculus.memory", "oculus.loop_lag"})
    EXPECT_TRUE(eventually([&] { return oculus.has_value(symbol); }, kPatience)) << symbol;
}

TEST(FirstLook, ProbesItsOwnPageWithPhases) {
  const TempDir dir;
  const OculusProcess oculus(dir);
  for (const char* symbol : {"net.http.oculus.rtt", "net.http.oculus.status", "net.http.oculus.connect",
                             "net.http.oculus.ttfb", "net.http.oculus.size", "net.tcp.oculus.rtt"})
    EXPECT_TRUE(eventually([&] { return oculus.has_value(symbol); }, kPatience)) << symbol;
}

TEST(FirstLook, ThePageHasTheValuesWithoutScripts) {
  const TempDir dir;
  const OculusProcess oculus(dir);
  ASSERT_TRUE(eventually([&] { return oculus.has_value("net.http.oculus.rtt"); }, kPatience));
  const HttpAnswer page = oculus.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("net.http.oculus.rtt"));
  EXPECT_THAT(page.body, HasSubstr("oculus.memory"));
  EXPECT_THAT(page.body, HasSubstr("Oculus started at"));
  for (const char* partial : {"/partials/metrics", "/partials/events", "/partials/collectors"})
    EXPECT_EQ(oculus.get(partial).status, 200) << partial;
}

TEST(FirstLook, TakesAsManyDescriptorsAsItMay) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, 65'536);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 256);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);  // the program inherits it
  const TempDir dir;
  OculusProcess oculus(dir);
  rlimit taken{};
  ASSERT_EQ(prlimit(oculus.process().id(), RLIMIT_NOFILE, nullptr, &taken), 0);
  EXPECT_EQ(taken.rlim_cur, wanted);
}

TEST(FirstLook, CountsWhatItDoesForPrometheus) {
  const TempDir dir;
  const OculusProcess oculus(dir);
  const HttpAnswer page = oculus.get("/metrics");
  EXPECT_EQ(page.status, 200);
  for (const char* name : {"oculus_writer_queue_depth", "oculus_writer_queue_capacity", "oculus_writer_accepted_total",
                           "oculus_writer_committed_total", "oculus_collector_runs_total"})
    EXPECT_THAT(page.body, HasSubstr(name));
}

}  // namespace
}  // namespace oculus::integration
