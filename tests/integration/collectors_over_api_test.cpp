// Collectors added, changed, disabled and deleted while Oculus runs.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "eventually.hpp"
#include "integration/oculus_process.hpp"
#include "integration/servers.hpp"

namespace oculus::integration {
namespace {

class CollectorsOverApi : public testing::Test {
 protected:
  CollectorsOverApi() { dir_.write("oculus.yaml", kNoRateLimit); }

  [[nodiscard]] static std::string wish(std::uint16_t port, bool enabled = true) {
    return fmt::format(R"({{"type":"tcp","name":"redis","enabled":{},"config":{{"host":"127.0.0.1","port":{},)"
                       R"("interval":"1s"}}}})",
                       enabled, port);
  }
  [[nodiscard]] static boost::json::value status(const OculusProcess& oculus) {
    return boost::json::parse(oculus.get(kOne).body).at("status");
  }

  static constexpr std::string_view kOne = "/api/collectors/tcp/redis";
  static constexpr std::string_view kSymbol = "net.tcp.redis.rtt";
  TempDir dir_;
  Redis redis_;
};

TEST_F(CollectorsOverApi, StartChangeStopAndGoAtOnce) {
  const OculusProcess oculus(dir_);
  ASSERT_EQ(oculus.send("POST", "/api/collectors", wish(redis_.port())).status, 201);
  EXPECT_EQ(oculus.send("POST", "/api/collectors", wish(redis_.port())).status, 409);
  ASSERT_TRUE(eventually([&] { return oculus.has_value(kSymbol); }, kPatience));

  const Redis other;  // the same name watches another server: its symbol stays, its series is a new one
  const auto old_series = oculus.latest(kSymbol).at("series_id");
  ASSERT_EQ(oculus.send("PUT", kOne, wish(other.port())).status, 200);
  ASSERT_TRUE(eventually(
      [&] {
        const auto sample = oculus.latest(kSymbol);
        return !sample.empty() && sample.at("series_id") != old_series && sample.at("success").as_bool();
      },
      kPatience));
  EXPECT_EQ(oculus.latest(kSymbol).at("target").as_string(), fmt::format("127.0.0.1:{}", other.port()));

  ASSERT_EQ(oculus.send("PUT", kOne, wish(other.port(), false)).status, 200);
  EXPECT_TRUE(status(oculus).is_null()) << "a disabled collector still runs";

  ASSERT_EQ(oculus.send("PUT", kOne, wish(other.port())).status, 200);
  EXPECT_TRUE(eventually([&] { return status(oculus).at("runs").to_number<int>() > 0; }, kPatience));

  ASSERT_EQ(oculus.send("DELETE", kOne, "").status, 204);
  EXPECT_EQ(oculus.get(kOne).status, 404);
  EXPECT_FALSE(oculus.samples(kSymbol).empty()) << "history went with the collector";
  EXPECT_EQ(oculus.send("DELETE", kOne, "").status, 404);

  for (const char* what : {"created", "changed", "disabled", "enabled", "deleted"})
    EXPECT_TRUE(eventually(
        [&] {
          for (const auto& event : oculus.items("/api/events?kind=audit"))
            if (event.at("payload").at("action").as_string() == what) return true;
          return false;
        },
        kPatience))
        << what;
}

TEST_F(CollectorsOverApi, RunAgainAfterARestart) {
  {
    OculusProcess first(dir_);
    ASSERT_EQ(first.send("POST", "/api/collectors", wish(redis_.port())).status, 201);
    ASSERT_EQ(first.stop(), 0);
  }
  const OculusProcess second(dir_);
  EXPECT_TRUE(eventually([&] { return second.has_value(kSymbol); }, kPatience));
}

TEST_F(CollectorsOverApi, RefuseWhatIsWrongAndSayWhere) {
  const OculusProcess oculus(dir_);
  using testing::HasSubstr;
  const auto refused = [&](std::string_view body, std::string_view words, long status = 400) {
    const HttpAnswer answer = oculus.send("POST", "/api/collectors", body);
    EXPECT_EQ(answer.status, status) << body << '\n' << answer.body;
    EXPECT_THAT(answer.body, HasSubstr(std::string(words)));
    EXPECT_THAT(answer.head, HasSubstr("application/problem+json"));
  };
  refused(R"({"type":"tpc","name":"a","config":{}})", "tcp");
  refused(R"({"type":"tcp","name":"a","config":{"host":"h","port":0}})", "port");
  refused(R"({"type":"tcp","name":"a","config":{"host":"h","port":70000}})", "70000");
  refused(R"({"type":"tcp","name":"a","config":{"host":"h","port":1,"interval":"30x"}})", "not a unit of time");
  refused(R"({"type":"http","name":"a","config":{"url":"ht!tp://"}})", "not a URL");
  refused(R"({"type":"tcp","name":"a","config":{"host":"h","port":1,"cron":"61 * * * *"}})", "61");
  refused(R"({"type":"tcp","name":)", "JSON");
  refused(fmt::format(R"({{"type":"tcp","name":"{}","config":{{"host":"h","port":1}}}})", std::string(10'000, 'n')),
          "10000");
  EXPECT_TRUE(oculus.items("/api/collectors").empty());
}

TEST_F(CollectorsOverApi, MayNotTouchWhatAFileOwns) {
  dir_.write("oculus.yaml", fmt::format("{}collectors: {{ tcp: [{{ name: redis, host: 127.0.0.1, port: {} }}] }}\n",
                                        kNoRateLimit, redis_.port()));
  const OculusProcess oculus(dir_);
  EXPECT_TRUE(eventually([&] { return oculus.get(kOne).status == 200; }, kPatience));
  EXPECT_EQ(oculus.send("PUT", kOne, wish(redis_.port())).status, 403);
  EXPECT_EQ(oculus.send("DELETE", kOne, "").status, 403);
}

}  // namespace
}  // namespace oculus::integration
