// Texts that no person meant: thousands of them, the same in each run.
#include <gtest/gtest.h>

#include <random>

#include "config/fakes.hpp"
#include "config/settings.hpp"

namespace oculus::config {
namespace {

constexpr std::string_view kYaml = R"(server: { bind: 127.0.0.1, port: ${PORT:-8080}, token: "${T:-}" }
defaults: &d { http: { interval: 30s, tags: { env: prod } } }
collectors: # by type
  http: [{ name: "site-{{target}}", url: 'https://{{target}}/', targets: [a, b], headers: { X: "y\u0041" } }]
  tcp:
    - name: |
        block
      host: >-
        folded
      port: !!int 6379
    - *d
? complex
: value
)";
constexpr std::string_view kToml = R"(a.b = "x ${T:-}"
list = [1, 2.5, 0x1f, inf, 2026-11-23T10:00:00Z, { k = 'v' }]
text = """
long \
text"""
[server]
port = 8080
[[collectors.http]]
name = "api"
)";
constexpr std::string_view kJson =
    R"({"server": {"port": 8080, "hosts": ["a", "b\u00e9"]}, "collectors": [{"type": "tcp", "name": null, "x": -1.5e3}]})";

std::string mutated(std::string_view seed, std::mt19937& random) {
  constexpr std::string_view kPieces[] = {
      "{",    "}",  "[",      "]",       ":",     ": ",    "\n",   "  ", "- ",    "\"",    "'",
      "${",   "}",  "&a ",    "*a",      "!!",    "|\n",   "? ",   "#",  "\t",    ",",     "=",
      "\xc3", "\0", "\"\"\"", "%YAML 9", "---\n", "...\n", "<<: ", "@",  "\\u12", "1e999", "{{target}}"};
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  std::string text(seed);
  for (std::size_t changes = 1 + below(8); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size());
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(below(128));
        break;
      case 1:
        text.erase(at, 1 + below(10));
        break;
      case 2:
        text.insert(at, kPieces[below(std::size(kPieces))]);
        break;
      case 3:
        text.insert(at, text.substr(below(text.size()), 1 + below(40)));
        break;
      default:
        text.resize(at);
        break;
    }
  }
  return text;
}

TEST(Garbage, NeverEndsTheProgram) {
  std::mt19937 random(20261123);  // NOLINT: the same texts each time are wanted
  const FakeEnvironment environment{{"PORT", "x"}};
  for (int round = 0; round < 3000; ++round) {
    for (const auto& [seed, syntax] :
         {std::pair(kYaml, Syntax::yaml), std::pair(kToml, Syntax::toml), std::pair(kJson, Syntax::json)}) {
      Problems problems;
      const std::string text = mutated(seed, random);
      const Node node = parse(text, syntax, "g", &environment, problems);
      (void)Settings::read(node, config_fields(), "the configuration", problems);
      const auto defaults = read_defaults(node.find("defaults"), problems);
      CollectorEntries entries(defaults, problems);
      entries.add(node.find("collectors") != nullptr ? *node.find("collectors") : node);
      (void)entries.take();
      (void)problems.text();
      Problems again;
      (void)parse(to_json(node), Syntax::json, "again", nullptr, again);
      ASSERT_TRUE(again.none()) << text << again.text();
      ASSERT_LT(problems.text().size(), 100'000U);
    }
  }
}

}  // namespace
}  // namespace oculus::config
