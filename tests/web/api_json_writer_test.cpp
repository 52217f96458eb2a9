#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <limits>

#include "web/api/json_writer.hpp"

namespace oculus::web::api {
namespace {

using namespace std::string_view_literals;

TEST(JsonWriter, PutsCommasBetweenMembersAndItems) {
  JsonWriter json;
  json.begin_object().member("a", 1).key("b").begin_list().value(true).value(nullptr).begin_list().end_list();
  json.end_list().key("c").begin_object().end_object().member("d", "x").end_object();
  EXPECT_EQ(json.take(), R"({"a":1,"b":[true,null,[]],"c":{},"d":"x"})");
}

TEST(JsonWriter, EscapesWhatJsonDoesNotTakeAndReplacesWhatIsNotUtf8) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"plain", R"("plain")"},
      {"a\"b\\c", R"("a\"b\\c")"},
      {"\n\t\r\x01\x1f"sv, R"("\n\t\u000d\u0001\u001f")"},
      {"\0"sv, R"("\u0000")"},
      {"\x7f", "\"\x7f\""},
      {"Zürich €𝄞", "\"Zürich €𝄞\""},
      {"\x80", "\"\xEF\xBF\xBD\""},                                                  // a continuation alone
      {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                                  // overlong
      {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},                  // a surrogate
      {"\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},  // beyond Unicode
      {"a\xE2\x82", "\"a\xEF\xBF\xBD\xEF\xBF\xBD\""},                                // cut off
      {"\xE2\x82x", "\"\xEF\xBF\xBD\xEF\xBF\xBDx\""},
  };
  for (const auto& [text, expected] : cases) {
    JsonWriter json;
    json.value(text);
    EXPECT_EQ(json.take(), expected);
    JsonWriter again;
    again.value(text);
    boost::system::error_code error;
    (void)boost::json::parse(again.take(), error);
    EXPECT_FALSE(error) << expected;
  }
}

TEST(JsonWriter, NumbersReadBackAsTheSameOnes) {
  for (const double number : {0.0, -1.5, 0.1, 200.0, 1e300, 5e-324, 1.0 / 3}) {
    JsonWriter json;
    json.value(number);
    EXPECT_EQ(boost::json::parse(json.take()).to_number<double>(), number);
  }
  JsonWriter json;
  json.begin_list().value(std::numeric_limits<double>::quiet_NaN()).value(std::numeric_limits<double>::infinity());
  json.value(std::numeric_limits<std::int64_t>::min()).end_list();
  EXPECT_EQ(json.take(), "[null,null,-9223372036854775808]");
}

TEST(JsonWriter, TakesStoredJsonAsItIsAndAnythingElseAsAText) {
  JsonWriter json;
  json.begin_list().checked(R"({"a":[1]})").checked("no json").checked("").end_list();
  EXPECT_EQ(json.take(), R"([{"a":[1]},"no json",""])");
}

}  // namespace
}  // namespace oculus::web::api
