#include "store/sqlite/functions.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "model/duration.hpp"

namespace oculus::store::sqlite {
namespace {

void now_us(sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_int64(context, to_us(now())); }

std::optional<std::int64_t> length_us(sqlite3_context* context, sqlite3_value* argument) {
  // A length that is the same for each row is read once: SQLite keeps it beside the constant argument.
  if (const void* const known = sqlite3_get_auxdata(context, 0)) return *static_cast<const std::int64_t*>(known);
  const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(argument));
  if (text == nullptr) {
    sqlite3_result_null(context);
    return std::nullopt;
  }
  const auto length = parse_duration({text, static_cast<std::size_t>(sqlite3_value_bytes(argument))});
  if (!length) {
    sqlite3_result_error(context, length.error().text().c_str(), -1);
    return std::nullopt;
  }
  sqlite3_set_auxdata(context, 0, new std::int64_t(length->count()),
                      [](void* kept) { delete static_cast<std::int64_t*>(kept); });
  return length->count();
}

void ago(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (const auto length = length_us(context, arguments[0])) sqlite3_result_int64(context, to_us(now()) - *length);
}

void bucket(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto length = length_us(context, arguments[0]);
  if (!length) return;
  if (*length == 0) return sqlite3_result_error(context, "bucket('0s', …): the length must be more than zero", -1);
  if (sqlite3_value_type(arguments[1]) == SQLITE_NULL) return sqlite3_result_null(context);
  const std::int64_t at = sqlite3_value_int64(arguments[1]);
  std::int64_t rest = at % *length;
  if (rest < 0) rest += *length;  // floor, also before 1970
  if (at < std::numeric_limits<std::int64_t>::min() + rest) return sqlite3_result_null(context);
  sqlite3_result_int64(context, at - rest);
}

}  // namespace

Result<> add_functions(Connection& db) {
  constexpr int kClock = SQLITE_UTF8 | SQLITE_INNOCUOUS;
  constexpr int kPure = kClock | SQLITE_DETERMINISTIC;
  struct Function {
    const char* name;
    int arguments, flags;
    void (*run)(sqlite3_context*, int, sqlite3_value**);
  };
  constexpr Function kFunctions[] = {
      {"now_us", 0, kClock, now_us}, {"now", 0, kClock, now_us}, {"ago", 1, kClock, ago}, {"bucket", 2, kPure, bucket}};
  for (const auto& [name, arguments, flags, run] : kFunctions)
    if (sqlite3_create_function_v2(db.handle(), name, arguments, flags, nullptr, run, nullptr, nullptr, nullptr) !=
        SQLITE_OK)
      return std::unexpected(error_of(db.handle(), fmt::format("cannot add the function {}", name)));
  return {};
}

}  // namespace oculus::store::sqlite
