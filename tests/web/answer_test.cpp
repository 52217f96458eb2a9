#include "web/answer.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace oculus::web {
namespace {

TEST(Answer, IsWrittenByTheLetter) {
  Response answer = Response::text("hello");
  const std::chrono::sys_seconds at(std::chrono::seconds(784111777));  // the example of RFC 9110 section 5.6.7
  EXPECT_EQ(write_head(answer, true, at),
            "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 5\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(write_head(Response::no_content(), false, at),
            "HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n");
}

TEST(Answer, ComparesTagsWeakly) {
  for (const char* list : {"\"a\"", "W/\"a\"", "\"b\",\"a\"", "\"b\", W/\"a\"", "*", " , \"a\""})
    EXPECT_TRUE(names_etag(list, "\"a\"")) << list;
  for (const char* list : {"", "\"b\"", "a", "\"a", "\"ab\"", "\"b\" a", "W/"})
    EXPECT_FALSE(names_etag(list, "\"a\"")) << list;
  EXPECT_TRUE(names_etag("\"a\"", "W/\"a\""));
}

TEST(Answer, IsA304OnlyToAReader) {
  for (const auto& [method, status] : {std::pair("GET", 304), std::pair("HEAD", 304), std::pair("POST", 200)}) {
    Response answer = Response::text("x");
    answer.headers.push_back({"ETag", "\"a\""});
    const std::string known = "\"a\"";
    complete(answer, method, &known);
    EXPECT_EQ(answer.status, status) << method;
    EXPECT_EQ(answer.body.empty(), status == 304);
  }
}

TEST(Answer, KeepsWhatTheHandlerSaid) {
  Response answer = Response::html("x");
  answer.headers.push_back({"cache-control", "public, max-age=31536000, immutable"});
  complete(answer, "GET", nullptr);
  EXPECT_EQ(*answer.header("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(std::ranges::count_if(answer.headers, [](const Header& h) { return same_word(h.name, "Cache-Control"); }),
            1);
}

TEST(Problem, NamesKindAndPlace) {
  const Response answer = Response::problem(
      Error{ErrorKind::invalid, "limit 'x' is not a number", "1 to 10,000", {.file = "limit", .line = 0, .column = 0}});
  EXPECT_EQ(answer.status, 400);
  const auto members = boost::json::parse(answer.body).as_object();
  EXPECT_EQ(members.at("type"), "about:blank");
  EXPECT_EQ(members.at("title"), "Bad Request");
  EXPECT_EQ(members.at("status"), 400);
  EXPECT_EQ(members.at("detail"), "limit: limit 'x' is not a number");
  EXPECT_EQ(members.at("expected"), "1 to 10,000");
}

TEST(Problem, HasAStatusForEachKind) {
  const std::pair<ErrorKind, int> cases[] = {
      {ErrorKind::invalid, 400},      {ErrorKind::json, 400},      {ErrorKind::invalid_data, 400},
      {ErrorKind::forbidden, 403},    {ErrorKind::not_found, 404}, {ErrorKind::conflict, 409},
      {ErrorKind::queue_full, 429},   {ErrorKind::timed_out, 504}, {ErrorKind::unavailable, 503},
      {ErrorKind::queue_closed, 503}, {ErrorKind::database, 503},  {ErrorKind::migration, 503},
      {ErrorKind::internal, 500}};
  for (const auto& [kind, status] : cases) EXPECT_EQ(Response::problem(Error{kind, "x", "", {}}).status, status);
  EXPECT_NE(Response::problem(Error{ErrorKind::queue_full, "x", "", {}}).header("Retry-After"), nullptr);
}

}  // namespace
}  // namespace oculus::web
