#include "collect/probe/http_settings.hpp"

#include <gmock/gmock.h>

#include "config/node.hpp"

namespace oculus::collect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

struct Reading {
  HttpProbeSettings settings;
  std::string problems;
};

Reading read(const std::string& yaml) {
  config::Problems problems;
  const auto node = config::parse(yaml, config::Syntax::yaml, "test.yaml", nullptr, problems);
  const auto held = config::Settings::read(node, http_fields(), "collector http 'x'", problems);
  Reading reading;
  if (problems.none()) reading.settings = read_http_settings(held, problems);
  reading.problems = problems.text();
  return reading;
}

TEST(HttpSettings, AUrlIsEnough) {
  const auto [settings, problems] = read("url: https://example.com/health");
  EXPECT_EQ(problems, "");
  EXPECT_EQ(settings.url, "https://example.com/health");
  EXPECT_EQ(settings.method, "GET");
  EXPECT_THAT(settings.expected_status, ElementsAre(Pair(200, 200)));
  EXPECT_TRUE(settings.follow_redirects && settings.verify);
  EXPECT_EQ(settings.max_redirects, 10);
  EXPECT_EQ(settings.max_body, 1U << 20);
}

TEST(HttpSettings, EveryKeyIsRead) {
  const auto [settings, problems] = read(R"(
url: http://example.com/
method: POST
headers: { Authorization: Bearer x, X-Number: 5 }
body: '{"a":1}'
success_conditions: { status_codes: [201, 300-399], headers: { X-Kind: one }, body_contains: yes it is, body_regex: 'a+' }
follow_redirects: false
max_redirects: 3
verify: false
ca_file: ca.pem
proxy: none
http_version: 2
ip: 6
max_body: 100
)");
  EXPECT_EQ(problems, "");
  EXPECT_EQ(settings.method, "POST");
  EXPECT_THAT(settings.headers, ElementsAre(Pair("Authorization", "Bearer x"), Pair("X-Number", "5")));
  EXPECT_THAT(settings.expected_status, ElementsAre(Pair(201, 201), Pair(300, 399)));
  EXPECT_THAT(settings.expected_headers, ElementsAre(Pair("X-Kind", "one")));
  EXPECT_EQ(settings.body_contains, "yes it is");
  EXPECT_EQ(settings.body_regex, "a+");
  EXPECT_FALSE(settings.follow_redirects);
  EXPECT_EQ(settings.max_redirects, 3);
  EXPECT_FALSE(settings.verify);
  EXPECT_EQ(settings.proxy, "none");
  EXPECT_EQ(settings.version, HttpProbeSettings::Version::http2);
  EXPECT_EQ(settings.family, net::Family::v6);
  EXPECT_EQ(settings.max_body, 100U);
}

TEST(HttpSettings, EachMistakeIsNamedAtItsPlace) {
  const auto problem = [](const std::string& line) { return read("url: http://example.com/\n" + line).problems; };
  EXPECT_THAT(read("method: GET").problems, HasSubstr("'url'"));
  EXPECT_THAT(read("url: ftp://example.com/").problems, HasSubstr("'ftp'"));
  EXPECT_THAT(read("url: 'http://'").problems, HasSubstr("http:// or https://"));
  EXPECT_THAT(problem("method: FETCH"), HasSubstr("GET, POST"));
  EXPECT_THAT(problem("success_conditions: { status_codes: [200-100] }"), HasSubstr("'200-100' is not a status"));
  EXPECT_THAT(problem("success_conditions: { status_codes: 99 }"), HasSubstr("'99' is not a status"));
  EXPECT_THAT(problem("success_conditions: { body_regex: '(' }"), HasSubstr("RE2"));
  EXPECT_THAT(problem("headers: { 'X Y': a }"), HasSubstr("'X Y' cannot be the name of a header"));
  EXPECT_THAT(problem("headers: { X: \"a\\r\\nInjected: b\" }"), HasSubstr("line end"));
  EXPECT_THAT(problem("max_redirects: 11"), HasSubstr("0 to 10"));
  EXPECT_THAT(problem("ip: 5"), HasSubstr("any, 4, 6"));
  for (const char* later : {"success_conditions: { body_jsonpath: $.a }", "extract_metrics: [{ name: a }]"})
    EXPECT_THAT(problem(later), HasSubstr("not yet supported: values of JSON answers arrive with a later version"))
        << later;
}

TEST(HttpSettings, NoMessageRepeatsASecret) {
  EXPECT_THAT(read("url: 'http://user:hunter2@'").problems, testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(read("url: http://e.com\nheaders: { A: \"hunter2\\n\" }").problems, testing::Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace oculus::collect
