// What is wrong is refused at start with exit status 2, named with its place, and nothing stored is touched.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "integration/oculus_process.hpp"

namespace oculus::integration {
namespace {

using testing::HasSubstr;

struct Mistake {
  std::string name, file, text;
  std::vector<std::string> said;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class WrongConfiguration : public testing::TestWithParam<Mistake> {};

TEST_P(WrongConfiguration, IsRefusedWithItsPlace) {
  const TempDir dir;
  dir.write(GetParam().file, GetParam().text);
  for (const char* command : {"check", "serve"}) {
    const Ended ended = run_oculus(dir, {command, "-c", GetParam().file});
    EXPECT_EQ(ended.status, 2) << command << ": " << ended.err;
    for (const std::string& words : GetParam().said) EXPECT_THAT(ended.err, HasSubstr(words)) << command;
    EXPECT_LT(ended.err.size(), 2000U) << "a message is no copy of the file";
  }
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "data")) << "a database was made";
}

const Mistake kMistakes[] = {
    {"UnknownType",
     "oculus.yaml",
     "collectors:\n  htpp: [{ name: a, url: 'http://a/' }]\n",
     {"oculus.yaml:2", "htpp", "http"}},
    {"DuplicateNames",
     "oculus.yaml",
     "collectors:\n  tcp:\n    - { name: a, host: h, port: 1 }\n    - { name: a, host: h, port: 2 }\n",
     {"oculus.yaml:4", "oculus.yaml:3", "'a'"}},
    {"SymbolCollision",
     "oculus.yaml",
     "collectors:\n  tcp:\n    - { name: a-b, host: h, port: 1 }\n    - { name: a_b, host: h, port: 2 }\n",
     {"oculus.yaml:4", "'a-b'", "'a_b'", "net.tcp.a_b.rtt"}},
    {"MalformedYaml", "oculus.yaml", "collectors:\n  tcp: [{ name: a\n", {"oculus.yaml:"}},
    {"MalformedToml", "oculus.toml", "[server]\nport = = 1\n", {"oculus.toml:2"}},
    {"UnknownKey", "oculus.yaml", "server: { prot: 1 }\n", {"oculus.yaml:1", "prot", "port"}},
    {"BadUrl",
     "oculus.yaml",
     "collectors:\n  http:\n    - { name: a, url: 'http//nowhere' }\n",
     {"oculus.yaml:3", "http//nowhere"}},
    {"BadCron",
     "oculus.yaml",
     "collectors:\n  tcp:\n    - { name: a, host: h, port: 1, cron: '61 * * * *' }\n",
     {"oculus.yaml:3", "61"}},
    {"IntervalAndCron",
     "oculus.yaml",
     "collectors:\n  tcp:\n    - { name: a, host: h, port: 1, cron: '@hourly', interval: 1m }\n",
     {"oculus.yaml:3", "cron", "interval"}},
    {"BadDuration",
     "oculus.yaml",
     "collectors:\n  tcp:\n    - { name: a, host: h, port: 1, interval: 30x }\n",
     {"oculus.yaml:3", "30x"}},
    {"DurationWithoutUnit",
     "oculus.yaml",
     "collectors:\n  tcp:\n    - { name: a, host: h, port: 1, interval: 30 }\n",
     {"oculus.yaml:3", "30"}},
    {"IntervalTooShort",
     "oculus.yaml",
     "collectors:\n  tcp:\n    - { name: a, host: h, port: 1, interval: 10ms }\n",
     {"oculus.yaml:3", "10ms", "1s"}},
    {"PortZero", "oculus.yaml", "server:\n  port: 0\n", {"oculus.yaml:2", "port"}},
    {"PortTooLarge", "oculus.yaml", "server:\n  port: 70000\n", {"oculus.yaml:2", "70000", "65535"}},
    {"TargetPortTooLarge",
     "oculus.yaml",
     "collectors:\n  tcp: [{ name: a, host: h, port: 70000 }]\n",
     {"oculus.yaml:2", "70000"}},
    {"IncludeDirectoryMissing", "oculus.yaml", "collector_include: nowhere.d/\n", {"oculus.yaml:1", "nowhere.d"}},
    {"LongName",
     "oculus.yaml",
     fmt::format("collectors:\n  tcp:\n    - {{ name: {}, host: h, port: 1 }}\n", std::string(10'000, 'n')),
     {"oculus.yaml:3", "10000 characters"}},
    {"LaterType",
     "oculus.yaml",
     "collectors:\n  api: [{ name: a, url: 'http://a/', json_path: '$.b' }]\n",
     {"oculus.yaml:2:3", "'api'", "not yet supported", "http, tcp, ping"}},
    {"LaterKeyOfACollector",
     "oculus.yaml",
     "collectors:\n  tcp: [{ name: a, host: h, port: 1, alert: true }]\n",
     {"oculus.yaml:2:38", "'alert' is not yet supported", "later"}},
    {"UnknownKeyInDefaults",
     "oculus.yaml",
     "defaults: { http: { intervall: 1s } }\n",
     {"oculus.yaml:1:21", "interval"}},
    {"HostThatIsNone",
     "oculus.yaml",
     "collectors:\n  tcp: [{ name: a, host: 'https://h/', port: 1 }]\n",
     {"oculus.yaml:2", "'https://h/'", "host name or address"}},
    {"TargetWithoutTargets",
     "oculus.yaml",
     "collectors:\n  tcp: [{ name: a, host: '{{target}}', port: 1 }]\n",
     {"oculus.yaml:2", "{{target}}", "targets"}},
    {"LaterKey", "oculus.yaml", "rules: [{ name: a, condition: 'x > 1' }]\n", {"oculus.yaml:1", "later"}},
    {"PublicWithoutToken", "oculus.yaml", "server: { bind: 0.0.0.0 }\n", {"oculus.yaml:1", "0.0.0.0", "token"}},
    {"VariableUnset",
     "oculus.yaml",
     "server: { token: '${OCULUS_TEST_UNSET_VARIABLE}' }\n",
     {"oculus.yaml:1", "OCULUS_TEST_UNSET_VARIABLE"}},
};

INSTANTIATE_TEST_SUITE_P(Each, WrongConfiguration, testing::ValuesIn(kMistakes),
                         [](const auto& each) { return each.param.name; });

TEST(BadInput, AllMistakesOfAFileAreToldInOneGo) {
  const TempDir dir;
  dir.write("oculus.yaml",
            "server:\n  port: 70000\ndatabase:\n  batch_size: many\ncollectors:\n  tpc: []\n  tcp: [{}]\n");
  const Ended ended = run_oculus(dir, {"check", "-c", "oculus.yaml"});
  EXPECT_EQ(ended.status, 2);
  for (const char* place : {"oculus.yaml:2", "oculus.yaml:4", "oculus.yaml:7"})
    EXPECT_THAT(ended.err, HasSubstr(place));
}

TEST(BadInput, ANamedConfigurationThatIsMissingIsRefused) {
  const TempDir dir;
  const Ended ended = run_oculus(dir, {"serve", "-c", "nowhere.yaml"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("nowhere.yaml"));
}

TEST(BadInput, ADatabaseOfANewerVersionIsRefusedAndLeftAsItIs) {
  const TempDir dir;
  {
    OculusProcess oculus(dir);
    ASSERT_EQ(oculus.stop(), 0);
  }
  ASSERT_EQ(
      run({.command = {"sqlite3", dir.file("data/oculus.db"), "UPDATE schema_version SET version = 9999"}}).status, 0);
  const std::string before = dir.read("data/oculus.db");
  const Ended ended = run_oculus(dir, {"serve", "--server-port", "0"});
  EXPECT_EQ(ended.status, 2) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("9999"));
  EXPECT_THAT(ended.err, HasSubstr("oculus.db"));
  EXPECT_EQ(dir.read("data/oculus.db"), before);
}

TEST(BadInput, AFileThatIsNoDatabaseIsRefusedAndLeftAsItIs) {
  const TempDir dir;
  const std::string text = "Dear diary, this was never a database.\n";
  dir.write("data/oculus.db", text);
  const Ended ended = run_oculus(dir, {"serve", "--server-port", "0"});
  EXPECT_EQ(ended.status, 2) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("oculus.db"));
  EXPECT_EQ(dir.read("data/oculus.db"), text);
}

TEST(BadInput, AnAddressInUseIsNamed) {
  const TempDir first_dir, second_dir;
  const OculusProcess first(first_dir);
  const std::string port = first.url().substr(first.url().rfind(':') + 1);
  const Ended ended = run_oculus(second_dir, {"serve", "--server-port", port});
  EXPECT_EQ(ended.status, 2) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr(port));
  EXPECT_THAT(ended.err, HasSubstr("in use"));
}

TEST(BadInput, ACommandLineThatMakesNoSenseIsRefused) {
  const TempDir dir;
  EXPECT_EQ(run_oculus(dir, {"sevre"}).status, 2);
  EXPECT_EQ(run_oculus(dir, {"serve", "--server-port", "70000"}).status, 2);
  EXPECT_EQ(run_oculus(dir, {"serve", "--server-bind", "0.0.0.0", "--server-port", "0"}).status, 2);
  EXPECT_EQ(run_oculus(dir, {"--help"}).status, 0);
}

}  // namespace
}  // namespace oculus::integration
