// A disk that fills up under a running Oculus: a small file system in memory of its own.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "eventually.hpp"
#include "integration/oculus_process.hpp"
#include "integration/sample_keys.hpp"
#include "integration/servers.hpp"

namespace oculus::integration {
namespace {

class SmallDisk {
 public:
  explicit SmallDisk(std::string folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    mounted_ = mount("oculus-test", folder_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=2m") == 0;
    if (!mounted_) why_ = std::system_category().message(errno);
  }
  ~SmallDisk() {
    if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool mounted() const noexcept { return mounted_; }
  [[nodiscard]] const std::string& why_not() const noexcept { return why_; }
  /// Not a byte is left; again and again, for the program gives back some now and then.
  void fill() const {
    std::ofstream file(ballast(), std::ios::binary | std::ios::app);
    for (const std::size_t piece : {65536U, 4096U}) {
      while (file.write(std::string(piece, 'x').c_str(), static_cast<std::streamsize>(piece)).flush()) {
      }
      file.clear();
    }
  }
  void make_room() const { std::filesystem::remove(ballast()); }

 private:
  [[nodiscard]] std::string ballast() const { return folder_ + "/ballast"; }

  std::string folder_, why_;
  bool mounted_ = false;
};

std::size_t rows_on_disk(const TempDir& dir, std::string_view condition) {
  return std::stoul(
      stored(dir, fmt::format("select count(*) from metric_values where {}", condition), "disk/oculus.db"));
}

class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (!disk_.mounted()) GTEST_SKIP() << "no file system may be mounted here: " << disk_.why_not();
    dir_.write("oculus.yaml", fmt::format(R"(
server: {{ rate_limit: off, shutdown_timeout: 1s }}
database: {{ dsn: disk/oculus.db, batch_flush_interval: 100ms }}
self: {{ interval: 1s }}
collectors: {{ tcp: [{{ name: "{{{{target}}}}", targets: [a, b, c, d], host: 127.0.0.1, port: {}, interval: 1s }}] }}
)",
                                          redis_.port()));
  }
  /// `oculus` is not ready because of the disk.
  [[nodiscard]] bool names_it(const OculusProcess& oculus) const {
    disk_.fill();
    const HttpAnswer answer = oculus.get("/readyz");
    return answer.status == 503 && answer.body.find("full") != std::string::npos;
  }
  static bool is_ready(const OculusProcess& oculus) {
    return eventually([&] { return oculus.get("/readyz").status == 200; }, kPatience);
  }

  const Redis redis_;
  const TempDir dir_;
  const SmallDisk disk_{dir_.file("disk")};
};

TEST_F(FullDisk, IsNamedAndOutlivedAndCostsNothing) {
  OculusProcess oculus(dir_);
  ASSERT_TRUE(eventually([&] { return oculus.has_value("net.tcp.a.rtt"); }, kPatience));
  ASSERT_TRUE(eventually([&] { return names_it(oculus); }, kPatience)) << oculus.get("/readyz").body;
  for (const char* path : {"/healthz", "/", "/partials/metrics", "/api/metrics", "/metrics"})
    EXPECT_EQ(oculus.get(path).status, 200) << path;
  EXPECT_EQ(oculus.send("POST", "/api/query", R"({"sql":"select count(*) from metrics"})").status, 200);
  EXPECT_EQ(run_oculus(dir_, {"query", "select * from metrics limit 5"}).status, 0);

  const std::size_t before = oculus.samples("net.tcp.a.rtt").size();
  disk_.make_room();
  EXPECT_TRUE(is_ready(oculus)) << oculus.get("/readyz").body;
  ASSERT_TRUE(eventually([&] { return oculus.samples("net.tcp.a.rtt").size() >= before + 2; }, kPatience));

  // What is shown is committed, so it is there when the process dies without a word.
  const auto shown = oculus.samples("net.tcp.a.rtt");
  oculus.process().signal(SIGKILL);
  ASSERT_EQ(oculus.process().wait(), -SIGKILL);
  for (const auto& sample : shown)
    EXPECT_EQ(rows_on_disk(dir_, fmt::format("ts = {} and series_id = {}", sample.at("ts").as_int64(),
                                             std::string_view(sample.at("series_id").as_string()))),
              1U);
  const Ended check = run({.command = {"sqlite3", dir_.file("disk/oculus.db"), "PRAGMA integrity_check"}});
  EXPECT_EQ(check.out, "ok\n");
}

TEST_F(FullDisk, AtTheStartIsNoEndAndIsOvercomeWithoutARestart) {
  {
    OculusProcess oculus(dir_);
    ASSERT_TRUE(eventually([&] { return oculus.has_value("net.tcp.a.rtt"); }, kPatience));
    ASSERT_EQ(oculus.stop(), 0);
  }
  disk_.fill();
  const OculusProcess oculus(dir_);
  EXPECT_TRUE(eventually([&] { return oculus.get("/readyz").status == 503; }, kPatience));
  EXPECT_EQ(oculus.get("/healthz").status, 200);
  disk_.make_room();
  EXPECT_TRUE(is_ready(oculus)) << oculus.get("/readyz").body;
  EXPECT_TRUE(eventually([&] { return oculus.has_value("net.tcp.a.rtt"); }, kPatience));
}

}  // namespace
}  // namespace oculus::integration
