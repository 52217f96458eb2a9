// How the server starts, refuses to start, and ends. [golden texts]
#include <gmock/gmock.h>

#include "cli/program.hpp"

namespace oculus::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

void refuses(const Workplace& place, const Words& words, const std::string& sentence, const Words& environment = {}) {
  const Outcome outcome = run_program(place, words, environment);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, sentence);
}

TEST(Serve, PrintsItsAddressAndEndsWhenAsked) {
  const Workplace place;
  Program program(place, {"--server-port", "0"});
  EXPECT_THAT(program.address(), MatchesRegex("http://127.0.0.1:[1-9][0-9]*"));
  EXPECT_TRUE(eventually([&] { return program.err().find("collectors configured") != std::string::npos; }));
  program.signal(SIGTERM);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("\nIt watches itself. Write what else it shall watch into oculus.yaml"));
  EXPECT_THAT(outcome.err, AllOf(StartsWith("{\"ts\":\""), HasSubstr("database data/oculus.db"),
                                 HasSubstr("0 collectors configured"), HasSubstr("SIGTERM received")));
  EXPECT_TRUE(std::filesystem::exists(place.path("data/oculus.db")));
}

TEST(Serve, CanBeAskedWhileItRuns) {
  const Workplace place;
  const Program program(place, {"serve", "--server-port", "0"});
  ASSERT_NE(program.address(), "");
  const std::string ask = std::string(OCULUS_PROGRAM) + " symbols --db-path " + place.path("data/oculus.db").string() +
                          " oculus.memory > " + place.path("symbols.txt").string() + " 2>/dev/null";
  EXPECT_TRUE(eventually([&] { return std::system(ask.c_str()) == 0; }));
  EXPECT_THAT(place.read("symbols.txt"), HasSubstr("\noculus.memory"));
}

TEST(Serve, RefusesAnAddressInUse) {
  const Workplace first, second;
  const Program program(first, {"serve", "--server-port", "0"});
  const std::string address = program.address();
  const std::string port = address.substr(address.rfind(':') + 1);
  const Outcome outcome = run_program(second, {"serve", "--server-port", port});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("oculus: "), HasSubstr("127.0.0.1:" + port), HasSubstr("in use")));
}

TEST(Serve, RefusesAPortThatIsNone) {
  const Workplace place;
  refuses(place, {"serve", "--server-port", "70000"},
          "command line: '70000' is no port; 1 to 65535, or 0 to let the system choose\n");
  refuses(place, {}, "OCULUS_SERVER_PORT: 'x' is no port; 1 to 65535, or 0 to let the system choose\n",
          {"OCULUS_SERVER_PORT=x"});
}

TEST(Serve, WantsATokenWhereOthersCanReachIt) {
  const Workplace place;
  refuses(place, {"serve", "--server-bind", "0.0.0.0"},
          "command line: anybody who reaches 0.0.0.0 could use Oculus: there is no token; set server.token, or write "
          "server.auth: none\n");
}

TEST(Serve, ShowsWhereAFileIsMalformed) {
  const Workplace place;
  place.write("oculus.yaml", "server:\n  port: [8080\nlog: {}\n");
  const Outcome outcome = run_program(place, {});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, AllOf(StartsWith("oculus.yaml:"), HasSubstr("^ ")));
}

TEST(Serve, LeavesAFileThatIsNoDatabaseAsItIs) {
  const Workplace place;
  const std::string letter(5000, 'x');
  place.write("letter.txt", letter);
  const Outcome outcome = run_program(place, {"serve", "--server-port", "0", "--db-path", "letter.txt"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, AllOf(StartsWith("oculus: "), HasSubstr("letter.txt"), HasSubstr("file is not a database")));
  EXPECT_EQ(place.read("letter.txt"), letter);
}

TEST(Serve, RefusesALevelThatIsNone) {
  const Workplace place;
  refuses(place, {"serve"}, "OCULUS_LOG: 'loud' is no log level; one of trace, debug, info, warn, error, off\n",
          {"OCULUS_LOG=loud"});
}

}  // namespace
}  // namespace oculus::cli
