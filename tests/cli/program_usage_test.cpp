// What a person hears who mistypes a command. [golden texts]
#include <gmock/gmock.h>

#include "cli/program.hpp"

namespace oculus::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

void refuses(const Words& words, const std::string& sentence, const Words& environment = {}) {
  const Workplace place;
  const Outcome outcome = run_program(place, words, environment);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, sentence);
}

TEST(Usage, SuggestsTheNearestCommand) {
  refuses({"serv"}, "oculus: there is no command 'serv'; did you mean serve? `oculus --help` tells more\n");
  refuses({"frobnicate"}, "oculus: there is no command 'frobnicate'; `oculus --help` tells more\n");
  refuses({"probe", "htpp", "x"},
          "oculus: there is no command 'htpp'; did you mean http? `oculus probe --help` tells more\n");
}

TEST(Usage, SuggestsTheNearestOption) {
  refuses({"serve", "--server-prot", "1"},
          "oculus: there is no option '--server-prot'; did you mean --server-port? `oculus serve --help` tells more\n");
}

TEST(Usage, NamesWhatIsMissing) {
  refuses({"query"}, "oculus: SQL is required; `oculus query --help` tells more\n");
  refuses({"probe"}, "oculus: say which: http, tcp, ping; `oculus probe --help` tells more\n");
  refuses({"check", "-c"}, "oculus: --config needs a value; `oculus check --help` tells more\n");
}

TEST(Usage, RefusesWhatItCannotUse) {
  refuses({"check", "one"}, "oculus: 'one' is one argument too many; `oculus check --help` tells more\n");
  refuses({"--server-port", "0", "check"},
          "oculus: --server-port belongs to serve; `oculus check --help` tells more\n");
  refuses({"query", "--json", "--csv", "SELECT 1"},
          "oculus: --json excludes --csv; `oculus query --help` tells more\n");
  refuses({"collectors", "htp"},
          "oculus: there is no collector of type 'htp'; did you mean http? the types are http, tcp, ping\n");
}

TEST(Usage, EscapesWhatItQuotes) {
  refuses({"serv\x1b[31m"}, "oculus: there is no command 'serv\\x1b[31m'; `oculus --help` tells more\n");
}

TEST(Usage, HelpsEverywhere) {
  const Workplace place;
  for (const Words& words : std::vector<Words>{{"--help"},
                                               {"serve", "--help"},
                                               {"check", "--help"},
                                               {"probe", "--help"},
                                               {"query", "--help"},
                                               {"symbols", "--help"},
                                               {"collectors", "--help"},
                                               {"keys", "--help"}}) {
    const Outcome outcome = run_program(place, words);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("Usage: "), HasSubstr("Examples:"), HasSubstr("-h,--help"))) << words[0];
  }
  for (const char* type : {"http", "tcp", "ping"})
    EXPECT_THAT(run_program(place, {"probe", type, "--help"}).out,
                AllOf(HasSubstr("TARGET"), HasSubstr("--timeout"), HasSubstr("--json")));
}

TEST(Usage, NamesTheVariablesOfTheEnvironment) {
  const Workplace place;
  const std::string help = run_program(place, {"--help"}).out;
  for (const char* name :
       {"OCULUS_CONFIG", "OCULUS_SERVER_BIND", "OCULUS_SERVER_PORT", "OCULUS_DB_URL", "OCULUS_DB_PATH", "OCULUS_LOG"})
    EXPECT_THAT(help, HasSubstr(name));
}

TEST(Usage, TellsItsVersion) {
  const Workplace place;
  EXPECT_THAT(run_program(place, {"version"}).out,
              AllOf(StartsWith("oculus 0."), HasSubstr("\ncompiler  "), HasSubstr("SQLite 3.")));
  EXPECT_THAT(run_program(place, {"--version"}).out, StartsWith("oculus 0."));
}

TEST(Usage, ListsTheKindsOfCollectorsAndTheirKeys) {
  const Workplace place;
  EXPECT_THAT(run_program(place, {"collectors"}).out,
              AllOf(HasSubstr("\nhttp"), HasSubstr("\ntcp"), HasSubstr("\nping")));
  EXPECT_THAT(run_program(place, {"collectors", "tcp"}).out,
              AllOf(HasSubstr("\nname"), HasSubstr("\nhost"), HasSubstr("\nport"), HasSubstr("required")));
}

TEST(Usage, ListsTheKeysOfTheFile) {
  const Workplace place;
  const std::string all = run_program(place, {"keys"}).out;
  for (const char* key : {"\nserver.rate_limit.burst ", "\ndatabase.retention ", "\ncollector_include ",
                          "\ncollectors.*.interval ", "\ncollectors.http.success_conditions.body_regex "})
    EXPECT_THAT(all, HasSubstr(key));
  EXPECT_THAT(run_program(place, {"keys", "self"}).out,
              AllOf(StartsWith("key       takes"), HasSubstr("\ninterval  duration, 1s to 30d  10s")));
  EXPECT_THAT(run_program(place, {"keys", "tcp", "--markdown"}).out,
              HasSubstr("| `port` | port, 1 to 65535 | required | `5432` | TCP port |\n"));
  refuses({"keys", "sever"},
          "oculus: there are no keys of 'sever'; did you mean server? one of file, server, database, log, egress, "
          "self, collectors, http, tcp, ping\n");
}

TEST(Usage, HasNoKeyThatArrivesLater) {
  const Workplace place;
  const std::string all = run_program(place, {"keys"}).out;
  for (const char* later : {"alert", "rules", "derived", "notifications", "body_jsonpath", "extract_metrics"})
    EXPECT_THAT(all, ::testing::Not(HasSubstr(later)));
}

}  // namespace
}  // namespace oculus::cli
