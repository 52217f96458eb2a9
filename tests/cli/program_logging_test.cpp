// Where the lines of the log go.
#include <gmock/gmock.h>

#include <algorithm>

#include "cli/program.hpp"

namespace oculus::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
namespace fs = std::filesystem;

void run_once(const Workplace& place) {
  Program program(place, {"serve", "--server-port", "0"});
  ASSERT_NE(program.address(), "") << program.err();
  // The answer to the signal is only there once the main loop runs.
  program.signal(SIGTERM);
  program.wait();
}

Words logs_of(const Workplace& place) {
  Words names;
  for (const auto& entry : fs::directory_iterator(place.path("log"))) names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

TEST(Logging, AppendsToAFileOfTheDay) {
  const Workplace place;
  place.write("oculus.yaml", "log: { file: log/oculus.log }\n");
  run_once(place);
  ASSERT_EQ(logs_of(place).size(), 1U);
  const std::string name = "log/" + logs_of(place)[0];
  const std::string once = place.read(name);
  EXPECT_THAT(once, AllOf(StartsWith("{\"ts\":\""), HasSubstr("\"part\":\"app\""), HasSubstr("collectors configured")));
  EXPECT_EQ(place.read("err.txt"), "");
  run_once(place);
  EXPECT_THAT(place.read(name), StartsWith(once));
}

TEST(Logging, KeepsAsManyDaysAsItIsTold) {
  const Workplace place;
  place.write("oculus.yaml", "log: { file: log/oculus.log, keep_days: 2 }\n");
  for (const char* name : {"oculus_2020-01-01.log", "oculus_2020-02-01.log", "oculus_2020-02-03.log",
                           "oculus_notes.log", "other_2020-01-01.log"})
    place.write(std::string("log/") + name, "old\n");
  run_once(place);
  const Words left = logs_of(place);
  EXPECT_THAT(left, ::testing::Not(::testing::Contains("oculus_2020-02-01.log")));
  EXPECT_THAT(left, ::testing::IsSupersetOf({"oculus_2020-02-03.log", "oculus_notes.log", "other_2020-01-01.log"}));
  EXPECT_EQ(left.size(), 4U);
}

TEST(Logging, NamesAFileThatCannotBeWritten) {
  const Workplace place;
  place.write("file", "");
  place.write("oculus.yaml", "log: { file: file/oculus.log }\n");
  const Outcome outcome = run_program(place, {"serve", "--server-port", "0"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, AllOf(StartsWith("oculus: log.file file/oculus.log cannot be written: "),
                                 HasSubstr("; a path in a folder that may be written to\n")));
  EXPECT_FALSE(fs::exists(place.path("data"))) << "nothing was started";
}

TEST(Logging, FollowsTheLevelsOfTheEnvironment) {
  const Workplace place;
  const auto err_with = [&](const std::string& filter) {
    Program program(place, {"serve", "--server-port", "0"}, {"OCULUS_LOG=" + filter});
    EXPECT_NE(program.address(), "");
    program.signal(SIGTERM);
    return program.wait().err;
  };
  EXPECT_THAT(err_with("error,app=info"), HasSubstr("collectors configured"));
  EXPECT_EQ(err_with("off"), "");
}

}  // namespace
}  // namespace oculus::cli
