#include "config/config.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "config/config_fields.hpp"
#include "config/fakes.hpp"
#include "config/reference.hpp"

namespace oculus::config {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Loaded {
  Config config;
  Problems problems;
};

Loaded load_text(const std::string& text, const Environment& environment = FakeEnvironment(),
                 const Overrides& overrides = {}) {
  const TemporaryDirectory directory;
  Loaded loaded;
  loaded.config = load(directory.write("o.yaml", text), environment, overrides, loaded.problems);
  return loaded;
}

/// The text has one mistake, at this place.
void refuses(const std::string& text, int line, int column, std::string_view what,
             const Environment& environment = FakeEnvironment()) {
  const Loaded loaded = load_text(text, environment);
  ASSERT_EQ(loaded.problems.list().size(), 1U) << text << '\n' << loaded.problems.text();
  const Error& problem = loaded.problems.list()[0];
  EXPECT_THAT(problem.what, HasSubstr(std::string(what)));
  EXPECT_EQ(std::pair(problem.place.line, problem.place.column), std::pair(line, column)) << loaded.problems.text();
}

Config accepts(const std::string& text, const Environment& environment = FakeEnvironment(),
               const Overrides& overrides = {}) {
  Loaded loaded = load_text(text, environment, overrides);
  EXPECT_TRUE(loaded.problems.none()) << loaded.problems.text();
  return std::move(loaded.config);
}

TEST(Config, HasADefaultForEverything) {
  const Config config = accepts("");
  EXPECT_EQ(config.server, ServerConfig{});
  EXPECT_EQ(config.database, DatabaseConfig{});
  EXPECT_EQ(config.log, LogConfig{});
  EXPECT_EQ(config.self, SelfConfig{});
  EXPECT_EQ(config.database.url.path, "data/oculus.db");
  EXPECT_TRUE(config.collectors.empty());
}

TEST(Config, ReadsWhatTheFileSays) {
  const Config config = accepts(
      "server: { bind: '::1', port: 81, token: abc, hosts: [o.example.com], cors: 'https://a.example.com', rate_limit: "
      "off, api_env: [A] }\n"
      "database: { dsn: 'sqlite:x.db?mode=rw', batch_size: 7, retention: forever, synchronous: full }\n"
      "log: { level: debug, parts: { net: trace } }\negress: { allow: [169.254.1.1, 'fe80::/10'], deny: 10.0.0.0/8 "
      "}\nself: { enabled: false }\n");
  EXPECT_EQ(config.server.bind, "::1");
  EXPECT_EQ(config.server.port, 81);
  EXPECT_EQ(config.server.token, "abc");
  EXPECT_EQ(config.server.rate_limit, std::nullopt);
  EXPECT_THAT(config.server.cors, ElementsAre("https://a.example.com"));
  EXPECT_EQ(config.database.url.path, "x.db");
  EXPECT_EQ(config.database.url.mode, DatabaseUrl::Mode::read_write);
  EXPECT_EQ(config.database.retention.keep, Retention::kForever);
  EXPECT_EQ(config.database.synchronous, DatabaseConfig::Synchronous::full);
  EXPECT_EQ(config.log.parts[0], (std::pair<std::string, LogLevel>("net", LogLevel::trace)));
  EXPECT_THAT(config.egress.deny, ElementsAre("10.0.0.0/8"));
  EXPECT_FALSE(config.self.enabled);
}

TEST(Config, PrefersCommandLineThenEnvironmentThenFile) {
  const std::string file =
      "server: { bind: 127.0.0.2, port: 1001 }\ndatabase: { dsn: file.db }\nlog: { level: error }\n";
  const FakeEnvironment environment{{"OCULUS_SERVER_BIND", "127.0.0.3"},
                                    {"OCULUS_SERVER_PORT", "1002"},
                                    {"OCULUS_DB_URL", "sqlite:env.db"},
                                    {"OCULUS_LOG", "warn,net=debug"}};
  EXPECT_EQ(accepts(file).server.port, 1001);
  const Config from_environment = accepts(file, environment);
  EXPECT_EQ(from_environment.server.bind, "127.0.0.3");
  EXPECT_EQ(from_environment.server.port, 1002);
  EXPECT_EQ(from_environment.database.url.path, "env.db");
  EXPECT_EQ(from_environment.log.level, LogLevel::warn);
  const Config from_line =
      accepts(file, environment, {.bind = "127.0.0.4", .port = "0", .db_url = {}, .db_path = "line.db"});
  EXPECT_EQ(from_line.server.bind, "127.0.0.4");
  EXPECT_EQ(from_line.server.port, 0);
  EXPECT_EQ(from_line.database.url.path, "line.db");
  EXPECT_EQ(accepts(file, FakeEnvironment{{"OCULUS_DB_PATH", "sqlite:odd"}}).database.url.path, "sqlite:odd");
}

TEST(Config, RefusesWrongOverrides) {
  Problems problems;
  const FakeEnvironment environment{{"OCULUS_LOG", "loud"}, {"OCULUS_DB_URL", "mysql://x"}};
  const TemporaryDirectory directory;
  (void)load(directory.write("o.yaml", ""), environment, {.bind = "here", .port = "70000", .db_url = {}, .db_path = {}},
             problems);
  EXPECT_THAT(
      problems.text(),
      AllOf(HasSubstr("command line: 'here' is no address"), HasSubstr("command line: '70000' is no port"),
            HasSubstr("OCULUS_LOG: 'loud' is no log level"), HasSubstr("OCULUS_DB_URL: 'mysql' is no known kind")));
}

TEST(Config, MissesAFileThatWasReadBefore) {
  Problems problems;
  (void)load("", FakeEnvironment(),
             {.bind = {}, .port = {}, .db_url = {}, .db_path = {}, .reread = "/nonexistent/oculus.yaml"}, problems);
  EXPECT_THAT(problems.text(), ::testing::StartsWith("'/nonexistent/oculus.yaml' cannot be read: No such file"));
}

TEST(Config, FindsTheDatabaseDespiteMistakesElsewhere) {
  const TemporaryDirectory directory;
  const std::string file =
      directory.write("o.yaml", "server: { prot: 1 }\nself: 5\ndatabase: { dsn: x.db }\ncollector_include: none\n");
  Problems problems;
  EXPECT_EQ(load_database_url(file, FakeEnvironment(), {}, problems).path, "x.db");
  EXPECT_TRUE(problems.none()) << problems.text();
  EXPECT_EQ(load_database_url(file, FakeEnvironment{{"OCULUS_DB_PATH", "y.db"}}, {}, problems).path, "y.db");
  directory.write("o.yaml", "database: { dns: x.db }");
  (void)load_database_url(file, FakeEnvironment(), {}, problems);
  EXPECT_THAT(problems.text(), HasSubstr("the nearest known key is dsn"));
}

TEST(Config, MissesAFileOnlyWhenItWasNamed) {
  Problems named;
  (void)load("/nonexistent/o.yaml", FakeEnvironment(), {}, named);
  EXPECT_THAT(named.text(), AllOf(HasSubstr("'/nonexistent/o.yaml' cannot be read"), HasSubstr("command line")));
  Problems by_variable;
  (void)load("", FakeEnvironment{{"OCULUS_CONFIG", "/nonexistent/p.yaml"}}, {}, by_variable);
  EXPECT_THAT(by_variable.text(), HasSubstr("OCULUS_CONFIG: '/nonexistent/p.yaml'"));
  Problems directory;
  (void)load("/", FakeEnvironment(), {}, directory);
  EXPECT_FALSE(directory.none());
}

TEST(Config, NamesEachMistakeWithItsPlace) {
  refuses("sever: {}", 1, 1, "has no key 'sever'");
  refuses("server: { port: 0 }", 1, 17, "'port' is 0");
  refuses("server: { port: 70000 }", 1, 17, "'port' is 70000");
  refuses("server: { bind: localhost }", 1, 17, "'localhost' is no address");
  refuses("server: { bind: 0.0.0.0 }", 1, 17, "anybody who reaches 0.0.0.0");
  refuses("server: { token: 'a b' }", 1, 18, "blank");
  refuses("server: { rate_limit: { rate: 0 } }", 1, 31, "'rate' is 0");
  refuses("server: { rate_limit: none }", 1, 23, "server.rate_limit is 'none'");
  refuses("server: { cors: ['*'] }", 1, 18, "'*' is no origin");
  refuses("server: { cors: [https://a.example.com/x] }", 1, 18, "is no origin");
  refuses("database: { retention: 30m }", 1, 24, "database.retention is '30m'");
  refuses("database: { retention: { default: 2m } }", 1, 35, "database.retention 'default' is '2m'");
  refuses("database: { retention: { 'Net*': 2d } }", 1, 26, "database.retention names 'Net*'");
  refuses("database: { retention: [2d] }", 1, 24, "database.retention is a list");
  refuses("database: { retention: 30x }", 1, 26, "'x' is not a unit");
  refuses("database: { dsn: a, url: b }", 1, 21, "both 'dsn' and 'url'");
  refuses("database: { driver: mysql }", 1, 21, "'mysql' is no known database driver");
  refuses("database: { driver: pg }", 1, 21, "PostgreSQL is not yet supported");
  refuses("database: { dsn: 'postgres://u:pw@h/d' }", 1, 18, "PostgreSQL is not yet supported");
  refuses("database: { driver: sqlite, dsn: 'postgres://h/d' }", 1, 34, "of PostgreSQL");
  refuses("database: { batch_size: 500, channel_capacity: 10 }", 1, 25, "batch_size is 500");
  refuses("log: { parts: { nett: debug } }", 1, 17, "'nett' is no part");
  refuses("egress: { deny: [10.0.0.0/33] }", 1, 18, "'10.0.0.0/33'");
  refuses("rules: []", 1, 1, "not yet supported: rules arrive with a later version");
  refuses("rule_include: rules.d/", 1, 1, "not yet supported");
  refuses("derived: []", 1, 1, "not yet supported");
  refuses("notifications: {}", 1, 1, "not yet supported");
  refuses("collector_include: missing.d/", 1, 20, "the directory 'missing.d/' cannot be read");
  refuses("collectors: 5", 1, 13, "collectors is 5");
  refuses("collectors: { http: { name: x } }", 1, 21, "are a map");
  refuses("collectors: { http: [x] }", 1, 22, "a collector is 'x'");
  refuses("collectors: [{ name: x }]", 1, 14, "has no 'type'");
  refuses("collectors: { http: [{ url: x }] }", 1, 22, "has no 'name'");
  refuses("collectors: { http: [{ name: '' }] }", 1, 30, "the name is empty");
  refuses("collectors: { http: [{ name: x, type: tcp }] }", 1, 39, "the type of a collector is 'tcp'");
  refuses("collectors: { http: [{ name: x, targets: [] }] }", 1, 42, "an empty list");
  refuses("collectors: { http: [{ name: x, targets: [a, b] }] }", 1, 30, "all 2 targets would have the name 'x'");
  refuses("collectors: { http: [{ name: x }, { name: x }] }", 1, 43, "http 'x' stands twice");
  refuses("collectors: { http: [{ name: \"a\\nb\" }] }", 1, 30, "control character");
  refuses("collectors: { http: [{ name: '${NOPE}' }] }", 1, 31, "'NOPE' is not set");
  refuses("defaults: { http: 5 }", 1, 19, "the defaults of 'http' are 5");
  refuses("defaults: { http: { name: x } }", 1, 21, "hold 'name'");
}

TEST(Config, RefusesANameOfTenThousandCharactersShortly) {
  const Loaded loaded = load_text("collectors:\n  tcp:\n  - name: " + std::string(10'000, 'x') + "\n");
  ASSERT_EQ(loaded.problems.list().size(), 1U);
  EXPECT_EQ(loaded.problems.list()[0].what, "the name has 10000 characters");
  EXPECT_LT(loaded.problems.text().size(), 500U);
}

TEST(Config, TellsAllMistakesInTheOrderOfTheText) {
  const Loaded loaded = load_text("server: { por: 1 }\ndatabase: { retention: 1m }\ncollectors: 5\nwhat: 1\n");
  EXPECT_EQ(loaded.problems.list().size(), 4U);
  const std::string text = loaded.problems.text();
  EXPECT_LT(text.find("'por'"), text.find("'1m'"));
  EXPECT_LT(text.find("collectors is 5"), text.find("'what'"));
  EXPECT_THAT(
      text,
      HasSubstr(":1:11: server has no key 'por'\nserver: { por: 1 }\n          ^ the nearest known key is port\n"));
}

TEST(Config, ShowsNoSecretInAnyMessage) {
  const FakeEnvironment environment{{"S", "hunter2"}};
  const Loaded loaded = load_text(
      "server: { bind: '${S}', port: \"${S}\", token: 'tango ral', auth: '${S}' }\n"
      "database: { dsn: '${S}://x', retention: '${S}' }\nlog: { parts: { net: '${S}' } }\ncollectors: { http: [{ name: "
      "'${S}' }, { name: '${S}' }] }\n",
      environment);
  EXPECT_GE(loaded.problems.list().size(), 6U);
  EXPECT_THAT(loaded.problems.text(), AllOf(Not(HasSubstr("hunter2")), Not(HasSubstr("tango"))));
  for (const Error& problem : loaded.problems.list()) EXPECT_THAT(problem.text(), Not(HasSubstr("hunter2")));
}

TEST(Collectors, HaveTheDefaultsOfTheirTypeUnderTheirOwnKeys) {
  const Config config = accepts(
      "defaults: { http: { interval: 30s, timeout: 5s, tags: { env: prod, team: a } } }\n"
      "collectors:\n- { type: http, name: x, timeout: 1s, tags: { team: b, z: 1 } }\n- { type: http, name: y, cron: "
      "'@hourly' }\n- { type: tcp, name: x }\n");
  ASSERT_EQ(config.collectors.size(), 3U);
  EXPECT_EQ(to_json(config.collectors[0].node),
            R"({"name":"x","timeout":"1s","tags":{"env":"prod","team":"b","z":1},"interval":"30s"})");
  EXPECT_EQ(to_json(config.collectors[1].node),
            R"({"name":"y","cron":"@hourly","timeout":"5s","tags":{"env":"prod","team":"a"}})");
  EXPECT_EQ(to_json(config.collectors[2].node), R"({"name":"x"})");
  EXPECT_EQ(config.collectors[1].place.line, 4);
}

TEST(Collectors, AreOneForEachTarget) {
  const Config config = accepts(
      "collectors: { http: [{ name: 'site-{{target}}', url: 'https://{{target}}/', headers: { H: '{{target}}' }, "
      "targets: [a.example.com, '${B}'] }] }",
      FakeEnvironment{{"B", "b.example.com"}});
  ASSERT_EQ(config.collectors.size(), 2U);
  EXPECT_EQ(config.collectors[0].name(), "site-a.example.com");
  EXPECT_EQ(config.collectors[1].node.find("url")->text, "https://b.example.com/");
  EXPECT_EQ(config.collectors[1].node.find("headers")->find("H")->raw, "${B}");
  EXPECT_EQ(config.collectors[1].node.find("targets"), nullptr);
  EXPECT_NE(config.collectors[0].place, config.collectors[1].place);
}

TEST(Collectors, ThatStandTwiceNameBothPlaces) {
  const TemporaryDirectory directory;
  directory.write("c.d/b.toml", "[[tcp]]\nname = \"x\"\n");
  directory.write("c.d/a.yml", "tcp:\n- name: y\n");
  directory.write("c.d/.hidden.yaml", "{{{");
  directory.write("c.d/readme.txt", "{{{");
  const std::string file = directory.write("o.yaml", "collector_include: c.d\ncollectors: { tcp: [{ name: x }] }\n");
  Problems problems;
  const Config config = load(file, FakeEnvironment(), {}, problems);
  ASSERT_EQ(problems.list().size(), 1U) << problems.text();
  EXPECT_EQ(problems.list()[0].place, (Place{directory.path("c.d/b.toml"), 2, 8}));
  EXPECT_THAT(problems.list()[0].expected, HasSubstr(file + ":2:29"));
  ASSERT_EQ(config.collectors.size(), 2U);
  EXPECT_EQ(config.collectors[1].name(), "y");
  EXPECT_EQ(config.include_directory, directory.path("c.d"));
}

TEST(Collectors, AreNotIncludedFromADirectoryWithoutName) {
  EXPECT_TRUE(accepts("collector_include: ''\n").include_directory.empty());
  refuses("collector_include: '${NOPE}'", 1, 21, "'NOPE' is not set");
}

TEST(Collectors, ShowMistakesOfIncludedFilesAtTheirPlace) {
  const TemporaryDirectory directory;
  directory.write("c.d/a.yaml", "collectors: { tcp: [] }\n");
  directory.write("c.d/b.yaml", "tcp: [\n");
  Problems problems;
  (void)load(directory.write("o.yaml", "collector_include: c.d/\n"), FakeEnvironment(), {}, problems);
  EXPECT_THAT(problems.text(), AllOf(HasSubstr("a.yaml:1:1: the key 'collectors' stands in an included file"),
                                     HasSubstr("b.yaml:2:1: this is not YAML")));
}

TEST(DatabaseUrls, AreReadInEveryForm) {
  const auto path = [](std::string_view text) { return parse_database_url(text).value(); };
  EXPECT_EQ(path("data/x.db").path, "data/x.db");
  EXPECT_EQ(path("a?b.db").path, "a?b.db");
  EXPECT_EQ(path("sqlite:x.db").path, "x.db");
  EXPECT_EQ(path("sqlite:///var/x.db").path, "/var/x.db");
  EXPECT_EQ(path("sqlite:x.db?mode=ro").mode, DatabaseUrl::Mode::read_only);
  EXPECT_EQ(path("sqlite:x.db?mode=rwc").mode, DatabaseUrl::Mode::create);
  EXPECT_TRUE(path("sqlite::memory:").memory);
  EXPECT_EQ(path("postgresql://u@h/d").driver, DatabaseUrl::Driver::postgresql);
  for (const auto* wrong : {"", "sqlite:", "sqlite:x?mode=rx", "sqlite:x?cache=shared", "mysql://h/d", "postgress://h"})
    EXPECT_FALSE(parse_database_url(wrong)) << wrong;
  for (const auto* driver : {"pg", "postgres", "postgresql"})
    EXPECT_EQ(parse_driver(driver), DatabaseUrl::Driver::postgresql);
  EXPECT_EQ(parse_driver("sqlit").error().expected, "the nearest known driver is sqlite");
}

TEST(Examples, HoldEveryKeyOfEverySection) {
  std::ifstream file(OCULUS_SOURCE_DIR "/configs/oculus.yaml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const KeyRow& row : reference_rows(config_fields())) {
    const std::string key = row.key.substr(row.key.rfind('.') + 1);
    if (row.key == "database.url") continue;  // another name of `dsn`
    EXPECT_THAT(text, ::testing::ContainsRegex("[[:space:]]" + key + ":")) << row.key;
  }
}

TEST(Examples, HaveNoMistakeAndSayTheSame) {
  const std::string folder = OCULUS_SOURCE_DIR "/configs/";
  const FakeEnvironment environment{{"OCULUS_TOKEN", "abc"}};
  Problems problems;
  const Config yaml = load(folder + "oculus.yaml", environment, {}, problems);
  const Config toml = load(folder + "oculus.toml", environment, {}, problems);
  EXPECT_TRUE(problems.none()) << problems.text();
  EXPECT_EQ(yaml.server, toml.server);
  EXPECT_EQ(yaml.database, toml.database);
  EXPECT_EQ(yaml.log, toml.log);
  EXPECT_EQ(yaml.egress, toml.egress);
  EXPECT_EQ(yaml.server.token, "abc");
  ASSERT_EQ(yaml.collectors.size(), 7U);
  ASSERT_EQ(yaml.collectors.size(), toml.collectors.size());
  for (std::size_t i = 0; i < yaml.collectors.size(); ++i) {
    EXPECT_EQ(yaml.collectors[i].type, toml.collectors[i].type);
    EXPECT_EQ(to_json(yaml.collectors[i].node), to_json(toml.collectors[i].node));
  }
}

TEST(Config, RefusesATargetThatNobodyFillsIn) {
  refuses("collectors: { tcp: [{ name: 'a-{{target}}', host: h, port: 1 }] }", 1, 29,
          "'a-{{target}}' waits for targets");
  refuses("collectors: { http: [{ name: a, url: u, headers: { X: '{{target}}' } }] }", 1, 55, "waits for targets");
  accepts("collectors: { http: [{ name: a, url: u, body: 'Hello {{target}}' }] }");
}

/// `key: example` of each field but `left_out`; inside of sections their keys.
std::string written_out(std::span<const Field> fields, const std::string& indent, std::string_view left_out) {
  std::string text;
  for (const Field& field : fields) {
    if (!field.not_yet.empty() || field.key == left_out) continue;
    text += indent + std::string(field.key) + ":";
    if (field.type == FieldType::section) {
      text += "\n" + written_out(field.fields, indent + "  ", left_out);
    } else {
      EXPECT_NE(field.example, "") << field.key << " has no example";
      text += " " + std::string(field.example) + "\n";
    }
  }
  return text;
}

TEST(ConfigFields, HaveExamplesThatAreTaken) {
  const FakeEnvironment environment{{"OCULUS_TOKEN", "t"}};
  const TemporaryDirectory directory;
  directory.write("collectors.d/a.yaml", "");
  for (const char* either : {"url", "dsn"}) {  // two names of one thing
    Problems problems;
    (void)load(directory.write("o.yaml", written_out(config_fields(), "", either)), environment, {}, problems);
    EXPECT_TRUE(problems.none()) << problems.text();
  }
  for (const Field& field : rate_limit_fields()) EXPECT_NE(field.example, "") << field.key;
}

TEST(ConfigFields, SayWhatTheyTakeAndWhatTheyAre) {
  for (const KeyRow& row : reference_rows(config_fields())) {
    EXPECT_NE(row.takes, "") << row.key;
    EXPECT_NE(row.help, "") << row.key;
  }
}

}  // namespace
}  // namespace oculus::config
