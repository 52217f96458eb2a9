#include "collect/probe/http_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "collect/probe/http_conditions.hpp"
#include "collect/probe/ip_field.hpp"
#include "net/http_url.hpp"

namespace oculus::collect {
namespace {

using config::Field;
using config::FieldType;
using config::Problems;
using config::Settings;

constexpr std::array<std::string_view, 7> kMethods = {"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"};
constexpr std::array<std::string_view, 3> kVersions = {"auto", "1.1", "2"};
constexpr std::string_view kJsonLater = "values of JSON answers arrive with a later version";

constexpr Field kConditions[] = {
    {.key = "status_codes",
     .type = FieldType::texts,
     .help = "codes and ranges, as in [200, 300-399]; replaces expected_status",
     .example = "[200, 300-399]"},
    {.key = "headers",
     .type = FieldType::text_map,
     .help = "headers that the answer has, with exactly these values",
     .example = "{ Content-Type: text/html }"},
    {.key = "body_contains", .help = "a text that stands in the body", .example = "welcome"},
    {.key = "body_regex",
     .help = "a regular expression (RE2) that matches somewhere in the body",
     .example = "\"version: [0-9]+\""},
    {.key = "body_jsonpath", .not_yet = kJsonLater},
};

constexpr Field kFields[] = {
    {.key = "url",
     .help = "what to ask",
     .example = "\"https://example.com/health\"",
     .required = true,
     .form = "http or https URL"},
    {.key = "method",
     .type = FieldType::choice,
     .help = "method of the request",
     .fallback = "GET",
     .example = "POST",
     .choices = kMethods},
    {.key = "expected_status",
     .type = FieldType::integer,
     .help = "status of a good answer",
     .fallback = "200",
     .example = "204",
     .least = 100,
     .most = 599},
    {.key = "headers",
     .type = FieldType::text_map,
     .help = "headers of the request; not sent to another host",
     .example = "{ Authorization: \"Bearer ${API_TOKEN}\" }",
     .secret = true},
    {.key = "body", .help = "body of the request", .example = "'{\"ping\": true}'"},
    {.key = "success_conditions",
     .type = FieldType::section,
     .help = "what a good answer has; all must hold",
     .fields = kConditions},
    {.key = "follow_redirects",
     .type = FieldType::boolean,
     .help = "whether redirects are followed; never to another host with a body",
     .fallback = "true",
     .example = "false"},
    {.key = "max_redirects",
     .type = FieldType::integer,
     .help = "how many redirects at most",
     .fallback = "10",
     .example = "3",
     .least = 0,
     .most = 10},
    {.key = "verify",
     .type = FieldType::boolean,
     .help = "whether the certificate must be valid and trusted",
     .fallback = "true",
     .example = "false"},
    {.key = "ca_file",
     .help = "PEM file of the certificates to trust, instead of the system's",
     .example = "/etc/oculus/ca.pem"},
    {.key = "proxy",
     .type = FieldType::secret,
     .help = "URL of a proxy, or `none`; by the environment when absent",
     .example = "\"http://proxy.example.com:3128\""},
    {.key = "http_version",
     .type = FieldType::choice,
     .help = "version of HTTP; auto: 2 where the server agrees over TLS",
     .fallback = "auto",
     .example = "\"1.1\"",
     .choices = kVersions},
    kIpField,
    {.key = "max_body",
     .type = FieldType::integer,
     .help = "longest body in bytes, decoded",
     .fallback = "1048576",
     .example = "65536",
     .least = 0,
     .most = 1 << 30},
    {.key = "extract_metrics", .type = FieldType::any, .not_yet = kJsonLater},
};

bool is_token(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";  // RFC 9110, section 5.6.2
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

// A line end in a value would begin another header.
std::optional<std::string> header_fault(const std::string& name, const std::string& value) {
  if (name.empty() || !std::ranges::all_of(name, is_token))
    return fmt::format("'{}' cannot be the name of a header", name);
  if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
    return fmt::format("the value of the header '{}' holds a line end or a NUL", name);
  return std::nullopt;
}

Place place_of(const Settings& settings, std::string_view key) { return settings.place(key); }

void read_conditions(const Settings& conditions, HttpProbeSettings& into, Problems& problems) {
  const auto codes = conditions.texts("status_codes");
  if (!codes.empty()) into.expected_status.clear();
  for (const std::string& text : codes) {
    auto range = parse_status_range(text, place_of(conditions, "status_codes"));
    if (range) {
      into.expected_status.push_back(*range);
    } else {
      problems.add(std::move(range.error()));
    }
  }
  into.expected_headers = conditions.text_map("headers");
  into.body_contains = conditions.text("body_contains").value_or("");
  into.body_regex = conditions.text("body_regex").value_or("");
  if (const std::string fault = regex_fault(into.body_regex); !fault.empty())
    problems.add({ErrorKind::invalid, fmt::format("'body_regex' is not a regular expression: {}", fault),
                  "the syntax of RE2, which has no look-around and no back-references",
                  place_of(conditions, "body_regex")});
}

}  // namespace

std::span<const Field> http_fields() { return kFields; }

HttpProbeSettings read_http_settings(const Settings& settings, Problems& problems) {
  HttpProbeSettings read;
  read.url = settings.text("url").value_or("");
  if (const auto url = net::HttpUrl::parse(read.url, place_of(settings, "url")); !url) problems.add(url.error());
  read.method = settings.text("method").value_or("GET");
  read.headers = settings.text_map("headers");
  for (const auto& [name, value] : read.headers)
    if (auto fault = header_fault(name, value))
      problems.add(
          {ErrorKind::invalid, std::move(*fault), "a name and a value on one line", place_of(settings, "headers")});
  read.body = settings.text("body").value_or("");
  const int status = static_cast<int>(settings.integer("expected_status").value_or(200));
  read.expected_status = {{status, status}};
  read_conditions(settings.section("success_conditions"), read, problems);
  read.follow_redirects = settings.flag("follow_redirects");
  read.max_redirects = static_cast<int>(settings.integer("max_redirects").value_or(10));
  read.verify = settings.flag("verify");
  read.ca_file = settings.text("ca_file").value_or("");
  read.proxy = settings.text("proxy").value_or("");
  const std::string version = settings.text("http_version").value_or("auto");
  read.version = version == "2"     ? HttpProbeSettings::Version::http2
                 : version == "1.1" ? HttpProbeSettings::Version::http1
                                    : HttpProbeSettings::Version::best;
  read.family = ip_family(settings);
  read.max_body = static_cast<std::size_t>(settings.integer("max_body").value_or(1 << 20));
  return read;
}

}  // namespace oculus::collect
