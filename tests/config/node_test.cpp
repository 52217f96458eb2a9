#include "config/node.hpp"

#include <gmock/gmock.h>

#include "config/fakes.hpp"

namespace oculus::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Kind = Node::Kind;

Node read(std::string_view text, Syntax syntax = Syntax::yaml, const Environment* environment = nullptr) {
  Problems problems;
  Node node = parse(text, syntax, "a.yaml", environment, problems);
  EXPECT_TRUE(problems.none()) << problems.text();
  return node;
}

void refuses(std::string_view text, Syntax syntax, Place place, std::string_view what,
             const Environment* environment = nullptr) {
  Problems problems;
  (void)parse(text, syntax, place.file, environment, problems);
  ASSERT_EQ(problems.list().size(), 1U) << text.substr(0, 200) << problems.text();
  EXPECT_THAT(problems.list()[0].what, HasSubstr(std::string(what)));
  EXPECT_EQ(to_string(problems.list()[0].place), to_string(place)) << what;
}

void has_kind(std::string_view plain, Kind kind) {
  EXPECT_EQ(read("a: " + std::string(plain)).find("a")->kind, kind) << plain;
}

TEST(Yaml, TakesPlainWordsAsYaml12Does) {
  for (const auto* text :
       {"yes", "no", "on", "off", "y", "TrUe", "0b1", "1_000", "1.2.3", "12:30:45", "2026-11-23", "30s", "e3", "."})
    has_kind(text, Kind::text);
  for (const auto* number :
       {"0", "-1", "+12", "007", "0o17", "0x1F", "1.5", ".5", "5.", "1e3", "-1.5E-3", ".inf", "-.INF", ".nan"})
    has_kind(number, Kind::number);
  for (const auto* flag : {"true", "False", "TRUE"}) has_kind(flag, Kind::boolean);
  for (const auto* nothing : {"", "~", "null", "NULL"}) has_kind(nothing, Kind::null);
  for (const auto* quoted : {"\"5\"", "'true'", "''", "\"~\"", "!!str 5"}) has_kind(quoted, Kind::text);
}

TEST(Yaml, KnowsThePlaceOfEveryKeyAndValue) {
  const Node root = read("server:\n  port: 80\n  'näme': [ä, \"b\"]\nlist:\n- x: 1\n  y: {z: 2}\n");
  EXPECT_EQ(root.place, (Place{"a.yaml", 1, 1}));
  const Node* server = root.find("server");
  EXPECT_EQ(server->key_place, (Place{"a.yaml", 1, 1}));
  EXPECT_EQ(server->place, (Place{"a.yaml", 2, 3}));
  EXPECT_EQ(server->find("port")->place, (Place{"a.yaml", 2, 9}));
  EXPECT_EQ(server->find("näme")->key_place, (Place{"a.yaml", 3, 3}));
  EXPECT_EQ(server->find("näme")->items[0].place, (Place{"a.yaml", 3, 12}));
  EXPECT_EQ(server->find("näme")->items[1].place, (Place{"a.yaml", 3, 15}));  // characters, not bytes
  EXPECT_EQ(server->find("näme")->items[1].inside(), (Place{"a.yaml", 3, 16}));
  EXPECT_EQ(root.find("list")->items[0].find("y")->find("z")->place, (Place{"a.yaml", 6, 10}));
}

TEST(Toml, KnowsPlacesAndKeepsTheOrderOfTheText) {
  const Node root =
      read("zeta = 1\nalpha = \"x\"\n[server]\nport = 80\nbig.small = 1.5\n[[c]]\nn = true\nat = 2026-11-23\n",
           Syntax::toml);
  ASSERT_EQ(root.map.size(), 4U);
  EXPECT_EQ(root.map[0].key, "zeta");
  EXPECT_EQ(root.map[1].key, "alpha");
  EXPECT_EQ(root.find("alpha")->place, (Place{"a.yaml", 2, 9}));
  EXPECT_EQ(root.find("alpha")->key_place, (Place{"a.yaml", 2, 1}));
  EXPECT_EQ(root.find("server")->find("port")->place, (Place{"a.yaml", 4, 8}));
  EXPECT_EQ(root.find("server")->find("big")->find("small")->text, "1.5");
  EXPECT_EQ(root.find("c")->items[0].find("n")->kind, Kind::boolean);
  EXPECT_EQ(root.find("c")->items[0].find("at")->text, "2026-11-23");
}

TEST(Json, KnowsPlacesAndIsStrict) {
  const Node root = read("{\n\t\"a\": [1, true, null, \"\\ud83d\\ude00\\n\"],\n \"b\" : {\"c\":-1.5e3}}", Syntax::json);
  const Node* a = root.find("a");
  EXPECT_EQ(a->key_place, (Place{"a.yaml", 2, 2}));
  EXPECT_EQ(a->items[3].text, "😀\n");
  EXPECT_EQ(a->items[3].place, (Place{"a.yaml", 2, 23}));
  EXPECT_EQ(root.find("b")->find("c")->text, "-1.5e3");
  EXPECT_EQ(root.find("b")->find("c")->place, (Place{"a.yaml", 3, 13}));
  refuses("{\"a\": 1,}", Syntax::json, {"b.json", 1, 9}, "not JSON");
  refuses("{\"a\": 1} x", Syntax::json, {"b.json", 1, 10}, "behind");
  refuses("{'a': 1}", Syntax::json, {"b.json", 1, 2}, "not JSON");
  refuses("a: 1", Syntax::json, {"b.json", 1, 1}, "not JSON");
  refuses("", Syntax::json, {"b.json", 1, 1}, "not JSON");
  refuses("{\"a\": 1, \"a\": 2}", Syntax::json, {"b.json", 1, 10}, "the key 'a' stands twice");
}

TEST(Parse, RefusesAKeyThatStandsTwice) {
  refuses("a: 1\nb: 2\na: 3\n", Syntax::yaml, {"a.yaml", 3, 1}, "the key 'a' stands twice");
  refuses("x: {a: 1, 'a': 3}", Syntax::yaml, {"a.yaml", 1, 11}, "the key 'a' stands twice");
  Problems problems;
  (void)parse("a = 1\na = 2\n", Syntax::toml, "a.toml", nullptr, problems);
  ASSERT_EQ(problems.list().size(), 1U);
  EXPECT_EQ(problems.list()[0].place.line, 2);
}

TEST(Parse, RefusesWhatIsMalformedWithItsPlace) {
  refuses("a: [1, 2\nb: 3\n", Syntax::yaml, {"a.yaml", 2, 2}, "not YAML");
  refuses("a: 1\n---\nb: 2\n", Syntax::yaml, {"a.yaml", 2, 1}, "second document");
  refuses("{a: 1}: 2", Syntax::yaml, {"a.yaml", 1, 1}, "cannot be a key");
  refuses("a: !secret x", Syntax::yaml, {"a.yaml", 1, 4}, "the tag '!secret'");
  refuses("a: \x01", Syntax::yaml, {"a.yaml", 1, 4}, "0x01");
  refuses("a: \xff", Syntax::yaml, {"a.yaml", 1, 4}, "0xff");
  refuses("a = ", Syntax::toml, {"a.toml", 1, 5}, "not TOML");
}

TEST(Parse, TakesEmptyTextsAndByteOrderMarks) {
  EXPECT_EQ(read("").kind, Kind::null);
  EXPECT_EQ(read("# nothing\n").kind, Kind::null);
  EXPECT_EQ(read("", Syntax::toml).kind, Kind::map);
  EXPECT_EQ(read("\xef\xbb\xbf"
                 "a: 1")
                .find("a")
                ->key_place,
            (Place{"a.yaml", 1, 1}));
}

TEST(Parse, BoundsDepth) {
  const std::string deep_list = std::string(64, '[') + std::string(64, ']');
  EXPECT_EQ(read(deep_list, Syntax::json).kind, Kind::list);
  EXPECT_EQ(read(deep_list).kind, Kind::list);
  for (const Syntax syntax : {Syntax::yaml, Syntax::json})
    refuses("[" + deep_list + "]", syntax, {"a", 1, 65}, "too deep");
  refuses("a = [" + deep_list + "]", Syntax::toml, {"a", 1, 69}, "too deep");
  for (const Syntax syntax : {Syntax::yaml, Syntax::json, Syntax::toml}) {
    Problems problems;
    (void)parse((syntax == Syntax::toml ? "a=" : "") + std::string(2'000'000, '['), syntax, "a", nullptr, problems);
    EXPECT_FALSE(problems.none());
  }
  std::string dotted = "a";
  for (int i = 0; i < 500'000; ++i) dotted += ".a";
  Problems problems;
  (void)parse(dotted + " = 1", Syntax::toml, "a", nullptr, problems);
  EXPECT_THAT(problems.text(), HasSubstr("too deep"));
}

TEST(Parse, BoundsSizeAndAliases) {
  Problems problems;
  (void)parse(std::string(kLargestText + 1, 'a'), Syntax::yaml, "a", nullptr, problems);
  EXPECT_THAT(problems.text(), HasSubstr("4194305 bytes"));
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) laughs += "*a" + std::to_string(i - 1) + (j < 9 ? ", " : "]\n");
  }
  Problems laughed;
  (void)parse(laughs, Syntax::yaml, "a", nullptr, laughed);
  EXPECT_THAT(laughed.text(), HasSubstr("too many values"));
  Problems itself;
  (void)parse("a: &a [*a]", Syntax::yaml, "a", nullptr, itself);
  EXPECT_FALSE(itself.none());
  const Node twice = read("a: &x {k: 1}\nb: *x\n");
  EXPECT_EQ(twice.find("b")->find("k")->text, "1");
  EXPECT_EQ(twice.find("b")->find("k")->place, (Place{"a.yaml", 1, 11}));
  EXPECT_EQ(twice.find("b")->key_place, (Place{"a.yaml", 2, 1}));
}

TEST(Expansion, FillsInValuesOnly) {
  const FakeEnvironment environment{{"A", "one"}, {"PORT", "81"}, {"EMPTY", ""}};
  const Node root = read(
      "${A}: ${A}\nb: 'x ${A}-${NONE:-two} y'\nport: ${PORT:-8080}\ntext: '${PORT}'\ne: '${EMPTY:-d}'\nf: '$${A}'\ng: "
      "$A\nh: '${NONE:-}'",
      Syntax::yaml, &environment);
  EXPECT_EQ(root.map[0].key, "${A}");
  EXPECT_EQ(root.map[0].value.text, "one");
  EXPECT_EQ(root.map[0].value.raw, "${A}");
  EXPECT_EQ(root.find("b")->text, "x one-two y");
  EXPECT_EQ(root.find("port")->kind, Kind::number);
  EXPECT_EQ(root.find("text")->kind, Kind::text);
  EXPECT_EQ(root.find("text")->text, "81");
  EXPECT_EQ(root.find("e")->text, "d");
  EXPECT_EQ(root.find("f")->text, "${A}");
  EXPECT_EQ(root.find("g")->text, "$A");
  EXPECT_EQ(root.find("h")->text, "");
  EXPECT_EQ(root.find("h")->kind, Kind::text);
  EXPECT_EQ(read("a: '${A}'").find("a")->text, "${A}");  // without an environment
}

TEST(Expansion, NamesTheVariableThatIsNotSet) {
  const FakeEnvironment environment{{"SECRET", "hunter2"}};
  refuses("a: 1\nb: 'x ${SECRET} ${NOPE}'\n", Syntax::yaml, {"a.yaml", 2, 17},
          "the environment variable 'NOPE' is not set", &environment);
  refuses("a = \"${NOPE}\"", Syntax::toml, {"a.toml", 1, 6}, "'NOPE'", &environment);
  refuses("{\"a\": \"${NOPE}\"}", Syntax::json, {"a.json", 1, 8}, "'NOPE'", &environment);
  refuses("a: '${1X}'", Syntax::yaml, {"a.yaml", 1, 5}, "names no variable", &environment);
  refuses("a: '${X'", Syntax::yaml, {"a.yaml", 1, 5}, "without its `}`", &environment);
  Problems problems;
  (void)parse("b: 'x ${SECRET} ${NOPE}'", Syntax::yaml, "a", &environment, problems);
  EXPECT_THAT(problems.text(), Not(HasSubstr("hunter2")));
}

TEST(Expansion, LeavesWhatIsNotListed) {
  const FakeEnvironment all{{"A", "one"}, {"B", "two"}};
  const ListedEnvironment listed(all, {"A"});
  EXPECT_EQ(read("{\"x\": \"${A} ${B} ${C}\"}", Syntax::json, &listed).find("x")->text, "one ${B} ${C}");
}

TEST(NodeJson, KeepsRawTextsAndWritesStrictJson) {
  const FakeEnvironment environment{{"PORT", "81"}, {"S", "hunter2"}};
  const Node root = read("a: ${PORT}\nb: '${S}'\nc: [+5, .5, 0x1f, 007, .inf, 1e400, true, ~, \"q\\\"\\n\"]\nd: {}",
                         Syntax::yaml, &environment);
  const std::string json = to_json(root);
  EXPECT_EQ(json, R"({"a":"${PORT}","b":"${S}","c":[5,0.5,31,7,".inf","1e400",true,null,"q\"\n"],"d":{}})");
  EXPECT_EQ(to_json(read(json, Syntax::json)), json);
}

TEST(ProblemsText, ShowsTheLineAndACaret) {
  Problems problems;
  problems.attach("rules.d/api.yaml", "a\nb\nc\n    condition: \"net.http.api_helth.rtt > 1000\"\n");
  problems.add({ErrorKind::invalid,
                "unknown symbol 'net.http.api_helth.rtt'",
                "the nearest known symbol is net.http.api_health.rtt",
                {"rules.d/api.yaml", 4, 17}});
  problems.add({ErrorKind::invalid, "no place", "none", {}});
  EXPECT_EQ(problems.text(),
            "no place; none\n"
            "rules.d/api.yaml:4:17: unknown symbol 'net.http.api_helth.rtt'\n"
            "    condition: \"net.http.api_helth.rtt > 1000\"\n"
            "                ^ the nearest known symbol is net.http.api_health.rtt\n");
}

TEST(ProblemsText, HidesSecretsOfTheLineAndKeepsTheCaret) {
  Problems problems;
  const std::string line = "s: { token: \"hunter2\", x: abc, url: \"http://me:pw@h/\", ok: \"${V}\", prot: 1 }";
  problems.attach("a", line);
  problems.hide({"a", 1, 27});
  problems.add({ErrorKind::invalid, "w", "e", {"a", 1, static_cast<int>(line.find("prot")) + 1}});
  const std::string text = problems.text();
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, Not(HasSubstr("abc")));
  EXPECT_THAT(text, Not(HasSubstr("pw")));
  EXPECT_THAT(text, HasSubstr("ok: \"${V}\", prot: 1"));
  EXPECT_THAT(text, HasSubstr("\n" + std::string(line.find("prot"), ' ') + "^ e"));
}

TEST(ProblemsText, EscapesControlCharactersAndCutsLongLines) {
  EXPECT_EQ(in_quotes("a\x1b[31m"), "'a\\x1b[31m'");
  EXPECT_LT(in_quotes(std::string(10'000, 'x')).size(), 100U);
  EXPECT_EQ(in_quotes("postgres://u:pw@h/d"), "'postgres://****@h/d'");
  Problems problems;
  problems.attach("a", std::string(5000, 'x') + "y" + std::string(5000, 'z'));
  problems.add({ErrorKind::invalid, "w", "e", {"a", 1, 5001}});
  EXPECT_LT(problems.text().size(), 400U);
}

}  // namespace
}  // namespace oculus::config
