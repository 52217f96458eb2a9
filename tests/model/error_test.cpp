#include "model/error.hpp"

#include <gtest/gtest.h>

namespace oculus {
namespace {

TEST(Error, SaysWhereWhatAndWhatWasExpected) {
  const Error error{
      ErrorKind::invalid, "unknown key 'intervall'", "the nearest known key is interval", {"oculus.yaml", 4, 17}};
  EXPECT_EQ(error.text(), "oculus.yaml:4:17: unknown key 'intervall'; the nearest known key is interval");
}

TEST(Error, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ((Error{ErrorKind::internal, "what", "", {}}.text()), "what");
  EXPECT_EQ((Error{ErrorKind::internal, "what", "this", {}}.text()), "what; this");
  EXPECT_EQ((Error{ErrorKind::internal, "what", "", {"a.yaml", 0, 0}}.text()), "a.yaml: what");
}

TEST(Error, WritesAPlaceAsEditorsReadIt) {
  EXPECT_EQ(to_string(Place{"a.yaml", 4, 17}), "a.yaml:4:17");
  EXPECT_EQ(to_string(Place{"a.yaml", 4, 0}), "a.yaml:4");
  EXPECT_EQ(to_string(Place{"a.yaml", 0, 17}), "a.yaml");  // a column means nothing without its line
  EXPECT_EQ(to_string(Place{"", 4, 17}), "4:17");
  EXPECT_EQ(to_string(Place{}), "");
}

TEST(Error, NamesEveryKind) {
  const std::pair<ErrorKind, std::string_view> kinds[] = {
      {ErrorKind::invalid, "invalid"},           {ErrorKind::not_found, "not_found"},
      {ErrorKind::conflict, "conflict"},         {ErrorKind::forbidden, "forbidden"},
      {ErrorKind::timed_out, "timed_out"},       {ErrorKind::unavailable, "unavailable"},
      {ErrorKind::database, "database"},         {ErrorKind::queue_full, "queue_full"},
      {ErrorKind::queue_closed, "queue_closed"}, {ErrorKind::json, "json"},
      {ErrorKind::invalid_data, "invalid_data"}, {ErrorKind::migration, "migration"},
      {ErrorKind::internal, "internal"}};
  for (const auto& [kind, name] : kinds) EXPECT_EQ(to_string(kind), name);
}

TEST(Error, ShortFormsMakeTheWholeError) {
  const Result<int> refused = invalid("what", "expected", {"a.yaml", 1, 2});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_EQ(refused.error().text(), "a.yaml:1:2: what; expected");
  const Result<> failed = failure(ErrorKind::queue_full, "the queue is full", "try again");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::queue_full);
  EXPECT_EQ(failed.error().text(), "the queue is full; try again");
}

}  // namespace
}  // namespace oculus
