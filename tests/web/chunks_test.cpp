// Thousands of chunked bodies, most of them a little wrong, against a reader that knows nothing but RFC 9112
// section 7.1: what the server answers with 2xx is exactly what that one reads.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>

#include "web/test_server.hpp"

namespace oculus::web {
namespace {

using namespace std::string_view_literals;

bool is_hex(char c) { return std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos; }

// The line that `rest` begins with; nothing where it does not end, or holds what no line may.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  const auto is_odd = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; };
  return std::ranges::any_of(line, is_odd) ? std::nullopt : std::optional(line);
}

// The body; nothing where it is malformed or not complete. What stands in an extension or a trailer is not judged.
std::optional<std::string> read_chunks(std::string_view rest) {
  std::string body;
  while (true) {
    const auto line = take_line(rest);
    if (!line) return std::nullopt;
    const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(*line, is_hex) - line->begin());
    if (digits == 0 || digits > 8) return std::nullopt;
    const std::size_t behind = line->find_first_not_of(" \t", digits);
    if (behind == std::string_view::npos ? digits != line->size() : (*line)[behind] != ';') return std::nullopt;
    const std::size_t size = std::stoul(std::string(line->substr(0, digits)), nullptr, 16);
    if (size == 0) break;
    if (rest.size() < size + 2 || rest.substr(size, 2) != "\r\n") return std::nullopt;
    body += rest.substr(0, size);
    rest.remove_prefix(size + 2);
  }
  for (bool first = true;; first = false) {
    const auto line = take_line(rest);
    if (!line) return std::nullopt;
    if (line->empty()) return body;
    if (!first && line->find_first_of(" \t") == 0) continue;  // folded; nobody reads what a trailer says
    if (line->find(':') == std::string_view::npos || line->find_first_of(" \t") < line->find(':')) return std::nullopt;
  }
}

// One to three bytes changed, put in, taken out or doubled.
std::string mutated(std::string text, std::mt19937& dice) {
  constexpr std::string_view kBytes = "\r\n\r\n\r\n0123aF;:=\"- \t\x01x\0"sv;
  const auto below = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most - 1)(dice); };
  for (std::size_t i = below(4); i > 0 && !text.empty(); --i) {
    const std::size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text[at] = kBytes[below(kBytes.size())];
        break;
      case 1:
        text.insert(at, 1, kBytes[below(kBytes.size())]);
        break;
      case 2:
        text.erase(at, 1);
        break;
      default:
        text.insert(at, text.substr(at, 1 + below(6)));
    }
  }
  return text;
}

TEST(Chunks, AreReadByTheLetterOrNotAtAll) {
  ServerSettings settings;
  settings.rate_limit.reset();
  TestServer server(settings);
  constexpr std::string_view kBodies[] = {"5\r\nhello\r\n0\r\n\r\n", "1\r\na\r\n0a\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
                                          "3;a=b;c=\"d\"\r\n\r\n;\r\n000;x\r\n\r\n", "2\r\n\r\n\r\n0\r\n\r\n"};
  std::mt19937 dice(9112);  // the same each time, so that what fails can be looked at
  int read = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string body = mutated(std::string(kBodies[static_cast<std::size_t>(i) % std::size(kBodies)]), dice);
    Client client = server.connect();
    client.send(fmt::format(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        body));
    client.finish();
    const Answer answer = client.receive();
    const auto expected = read_chunks(body);
    if (answer.status == 200) {
      ASSERT_EQ(expected, answer.body) << i << ' ' << testing::PrintToString(body);
      ++read;
    } else if (expected) {  // an odd extension or trailer may be refused, and nothing else
      ASSERT_NE(body.find_first_of(";:"), std::string::npos) << i << ' ' << testing::PrintToString(body);
    }
  }
  EXPECT_GT(read, 300);
}

}  // namespace
}  // namespace oculus::web
