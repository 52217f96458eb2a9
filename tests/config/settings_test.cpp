#include "config/settings.hpp"

#include <gmock/gmock.h>

#include "config/fakes.hpp"
#include "config/reference.hpp"

namespace oculus::config {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

constexpr std::string_view kMethods[] = {"GET", "POST"};
constexpr Field kInner[] = {
    {.key = "status_codes", .type = FieldType::texts, .help = "codes", .fallback = "200, 201"},
    {.key = "secret", .type = FieldType::secret, .help = "hidden"},
};
constexpr Field kFields[] = {
    {.key = "url", .type = FieldType::text, .help = "where", .required = true},
    {.key = "token", .type = FieldType::secret, .help = "what"},
    {.key = "retries", .type = FieldType::integer, .help = "how often", .fallback = "0", .least = 0, .most = 10},
    {.key = "share", .type = FieldType::number, .help = "part", .fallback = "0.5", .least = 0, .most = 1},
    {.key = "enabled", .type = FieldType::boolean, .help = "on", .fallback = "true"},
    {.key = "timeout",
     .type = FieldType::duration,
     .help = "longest",
     .fallback = "10s",
     .example = "90s",
     .shortest = 1ms,
     .longest = 1h},
    {.key = "port", .type = FieldType::port, .help = "where"},
    {.key = "hosts", .type = FieldType::texts, .help = "names"},
    {.key = "headers", .type = FieldType::text_map, .help = "sent", .secret = true},
    {.key = "method", .type = FieldType::choice, .help = "how, as in a | b", .fallback = "GET", .choices = kMethods},
    {.key = "conditions", .type = FieldType::section, .help = "when", .fields = kInner},
    {.key = "extra", .type = FieldType::any, .help = "all"},
    {.key = "alert", .type = FieldType::any, .help = "", .not_yet = "alerts arrive later"},
};

Settings read(std::string_view text, Problems& problems, const Environment* environment = nullptr) {
  return Settings::read(parse(text, Syntax::yaml, "a.yaml", environment, problems), kFields, "http 'x'", problems);
}

void refuses(std::string_view keys, Place place, std::string_view what, std::string_view expected,
             const Environment* environment = nullptr) {
  Problems problems;
  read("url: u\n" + std::string(keys), problems, environment);
  ASSERT_EQ(problems.list().size(), 1U) << keys << '\n' << problems.text();
  EXPECT_EQ(problems.list()[0].what, what);
  EXPECT_EQ(problems.list()[0].expected, expected);
  EXPECT_EQ(to_string(problems.list()[0].place), to_string(place));
}

TEST(Settings, GivesWhatIsWritten) {
  Problems problems;
  const Settings s = read(
      "url: u\ntoken: t\nretries: 3\nshare: 0.25\nenabled: false\ntimeout: 1m30s\nport: 443\nhosts: [a, 7]\nheaders: "
      "{A: b, N: 5}\n"
      "method: POST\nconditions: {status_codes: 204}\nextra: [1]\n",
      problems);
  ASSERT_TRUE(problems.none()) << problems.text();
  EXPECT_EQ(s.text("url"), "u");
  EXPECT_EQ(s.integer("retries"), 3);
  EXPECT_EQ(s.number("share"), 0.25);
  EXPECT_FALSE(s.flag("enabled"));
  EXPECT_EQ(s.duration("timeout"), 90s);
  EXPECT_EQ(s.integer("port"), 443);
  EXPECT_THAT(s.texts("hosts"), ElementsAre("a", "7"));
  EXPECT_THAT(s.text_map("headers"), ElementsAre(Pair("A", "b"), Pair("N", "5")));
  EXPECT_EQ(s.text("method"), "POST");
  EXPECT_THAT(s.section("conditions").texts("status_codes"), ElementsAre("204"));
  EXPECT_EQ(s.node("extra")->items.size(), 1U);
  EXPECT_EQ(s.place("port"), (Place{"a.yaml", 7, 7}));
  EXPECT_EQ(s.place("alert"), (Place{"a.yaml", 1, 1}));
  EXPECT_TRUE(s.has("url"));
}

TEST(Settings, GivesDefaultsForWhatIsNot) {
  Problems problems;
  const Settings s = read("url: u\nretries:\nconditions: ~\n", problems);
  ASSERT_TRUE(problems.none()) << problems.text();
  EXPECT_EQ(s.integer("retries"), 0);
  EXPECT_EQ(s.number("share"), 0.5);
  EXPECT_TRUE(s.flag("enabled"));
  EXPECT_EQ(s.duration("timeout"), 10s);
  EXPECT_EQ(s.integer("port"), std::nullopt);
  EXPECT_EQ(s.text("token"), std::nullopt);
  EXPECT_THAT(s.texts("hosts"), IsEmpty());
  EXPECT_THAT(s.section("conditions").texts("status_codes"), ElementsAre("200", "201"));
  EXPECT_FALSE(s.has("retries"));
}

TEST(Settings, TakesTextsThatReadAsWhatIsWanted) {
  const FakeEnvironment environment{{"PORT", "443"}, {"ON", "false"}, {"T", "5s"}};
  Problems problems;
  const Settings s =
      read("url: u\nport: \"${PORT}\"\nenabled: '${ON}'\ntimeout: \"${T}\"\nretries: \"2\"\n", problems, &environment);
  ASSERT_TRUE(problems.none()) << problems.text();
  EXPECT_EQ(s.integer("port"), 443);
  EXPECT_FALSE(s.flag("enabled"));
  EXPECT_EQ(s.duration("timeout"), 5s);
  EXPECT_EQ(s.integer("retries"), 2);
}

TEST(Settings, NamesEachMistakeWithItsPlace) {
  refuses("retires: 3", {"a.yaml", 2, 1}, "http 'x' has no key 'retires'", "the nearest known key is retries");
  refuses("retries: 11", {"a.yaml", 2, 10}, "http 'x': 'retries' is 11", "a whole number, 0 to 10");
  refuses("retries: 1.5", {"a.yaml", 2, 10}, "http 'x': 'retries' is 1.5", "a whole number, 0 to 10");
  refuses("retries: [1]", {"a.yaml", 2, 10}, "http 'x': 'retries' is a list", "a whole number, 0 to 10");
  refuses("share: .inf", {"a.yaml", 2, 8}, "http 'x': 'share' is .inf", "a number, 0 to 1");
  refuses("enabled: yes", {"a.yaml", 2, 10}, "http 'x': 'enabled' is 'yes'", "true or false");
  refuses("port: 0", {"a.yaml", 2, 7}, "http 'x': 'port' is 0", "a port, 1 to 65535");
  refuses("port: 70000", {"a.yaml", 2, 7}, "http 'x': 'port' is 70000", "a port, 1 to 65535");
  refuses("timeout: 2h", {"a.yaml", 2, 10}, "http 'x': 'timeout' is '2h'", "a duration, 1ms to 1h");
  refuses("timeout: 0s", {"a.yaml", 2, 10}, "http 'x': 'timeout' is '0s'", "a duration, 1ms to 1h");
  refuses("timeout: \"30x\"", {"a.yaml", 2, 13}, "http 'x': 'timeout': 'x' is not a unit of time",
          "whole numbers with ms, s, m, h, d, w or y, as in 30s or 1h30m");
  refuses("method: get", {"a.yaml", 2, 9}, "http 'x': 'method' is 'get'", "one of GET, POST");
  refuses("headers: [a]", {"a.yaml", 2, 10}, "http 'x': 'headers' is a list", "a map of keys and secret texts");
  refuses("headers: {a: [1]}", {"a.yaml", 2, 14}, "http 'x': 'a' in 'headers' is a list", "a text");
  refuses("hosts: {a: 1}", {"a.yaml", 2, 8}, "http 'x': 'hosts' is a map", "a list of texts, or one text");
  refuses("hosts: [[]]", {"a.yaml", 2, 9}, "http 'x': 'hosts' is a list", "a list of texts, or one text");
  refuses("conditions: 5", {"a.yaml", 2, 13}, "http 'x': conditions is 5", "a map of keys and values");
  refuses("conditions: {sekret: 5}", {"a.yaml", 2, 14}, "http 'x': conditions has no key 'sekret'",
          "the nearest known key is secret");
  refuses("token: [a]", {"a.yaml", 2, 8}, "http 'x': 'token' is a list", "a secret text");
  refuses("alert: true", {"a.yaml", 2, 1}, "http 'x': 'alert' is not yet supported: alerts arrive later",
          "leave it out for now");
}

TEST(Settings, TellsAllMistakesAtOnce) {
  Problems problems;
  read("port: 0\nretries: x\nnope: 1\n", problems);
  EXPECT_EQ(problems.list().size(), 4U) << problems.text();  // url is missing, too
  EXPECT_THAT(problems.text(), HasSubstr("a.yaml:1:1: http 'x' has no 'url'\nport: 0\n^ url: where\n"));
  Problems no_map;
  read("[1]", no_map);
  EXPECT_EQ(no_map.list().size(), 1U);
}

TEST(Settings, NeverRepeatsWhatAVariableHolds) {
  const FakeEnvironment environment{{"V", "hunter2"}};
  for (const std::string key : {"port", "retries", "timeout", "enabled", "method", "share"}) {
    Problems problems;
    const Settings s = read("url: u\n" + key + ": ${V}\n", problems, &environment);
    ASSERT_EQ(problems.list().size(), 1U) << key;
    EXPECT_THAT(problems.text(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(problems.text(), HasSubstr("'${V}'"));
  }
  Problems problems;
  read("{ url: u, token: literal, headers: { X: other }, port: 0 }", problems);
  EXPECT_THAT(problems.text(), Not(HasSubstr("literal")));
  EXPECT_THAT(problems.text(), Not(HasSubstr("other")));
}

TEST(Settings, SaysOnceThatAVariableIsNotSet) {
  const FakeEnvironment environment;
  Problems problems;
  read("url: u\nport: ${P}\ntimeout: '${T}'\n", problems, &environment);
  EXPECT_EQ(problems.list().size(), 2U) << problems.text();
}

TEST(MaskedJson, ShowsNoSecretAndPutsItBack) {
  Problems problems;
  const Node stored =
      parse("url: u\ntoken: a\nheaders: {K: b, L: c}\nconditions: {secret: d}\n", Syntax::yaml, "a", nullptr, problems);
  const std::string masked = to_json_masked(stored, kFields);
  EXPECT_EQ(masked, R"({"url":"u","token":"***","headers":{"K":"***","L":"***"},"conditions":{"secret":"***"}})");
  Node sent = parse(masked, Syntax::json, "body", nullptr, problems);
  EXPECT_EQ(to_json(with_stored_secrets(sent, to_json(stored), kFields, problems)), to_json(stored));
  EXPECT_TRUE(problems.none()) << problems.text();

  sent = parse(R"({"url":"***","token":"new","headers":{"M":"***"}})", Syntax::json, "body", nullptr, problems);
  const Node merged = with_stored_secrets(sent, to_json(stored), kFields, problems);
  EXPECT_EQ(merged.find("url")->raw, "***");
  EXPECT_EQ(merged.find("token")->raw, "new");
  ASSERT_EQ(problems.list().size(), 1U);
  EXPECT_EQ(problems.list()[0].what, "'M' is '***', and no secret is stored under that key");
}

TEST(Reference, HoldsEveryKeyThatIsSupported) {
  const std::string text = reference_markdown(reference_rows(kFields));
  EXPECT_THAT(text, HasSubstr("| `timeout` | duration, 1ms to 1h | `10s` | `90s` | longest |\n"));
  EXPECT_THAT(text, HasSubstr("| `conditions.status_codes` | list of texts, or one text | `200, 201` |  | codes |\n"));
  EXPECT_THAT(text, HasSubstr("| `url` | text | required |  | where |\n"));
  EXPECT_THAT(text, HasSubstr("| `method` | GET or POST | `GET` |  | how, as in a \\| b |\n")) << "a bar ends the cell";
  EXPECT_THAT(text, Not(HasSubstr("alert")));
  EXPECT_EQ(reference_rows(kFields, "http.")[0].key, "http.url");
}

}  // namespace
}  // namespace oculus::config
