#include "store/sqlite/bounded_functions.hpp"

#include <fmt/format.h>

#include <cstring>
#include <string_view>
#include <vector>

namespace oculus::store::sqlite {
namespace {

std::string_view text_of(sqlite3_value* value) {
  const auto* const begin = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return begin == nullptr ? std::string_view()
                          : std::string_view(begin, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

bool any_null(int count, sqlite3_value** arguments) {
  for (int i = 0; i < count; ++i)
    if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) return true;
  return false;
}

// The C library's search takes time in proportion to the sum of the lengths, whatever the texts are.
std::size_t position_of(std::string_view in, std::string_view what, std::size_t from) {
  const void* const found = memmem(in.data() + from, in.size() - from, what.data(), what.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - in.data());
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }  // within a character of UTF-8

void answer(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void instr(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (any_null(count, arguments)) return sqlite3_result_null(context);
  const std::string_view in = text_of(arguments[0]);
  const std::size_t at = position_of(in, text_of(arguments[1]), 0);
  if (at == std::string_view::npos) return sqlite3_result_int64(context, 0);
  std::int64_t character = 1;
  for (const char c : in.substr(0, at)) character += continues(c) ? 0 : 1;
  sqlite3_result_int64(context, character);
}

void replace(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (any_null(count, arguments)) return sqlite3_result_null(context);
  const std::string_view in = text_of(arguments[0]), what = text_of(arguments[1]), with = text_of(arguments[2]);
  if (what.empty()) return answer(context, in);
  const auto most =
      static_cast<std::size_t>(sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1));
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = position_of(in, what, 0); at != std::string_view::npos; at = position_of(in, what, done)) {
    out.append(in.substr(done, at - done)).append(with);
    done = at + what.size();
    if (out.size() > most) return sqlite3_result_error_toobig(context);
  }
  out.append(in.substr(done));
  answer(context, out);
}

enum Side { left = 1, right = 2, both = 3 };

template <Side side>
void trim(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (any_null(count, arguments)) return sqlite3_result_null(context);
  constexpr std::size_t kMost = 256;
  const std::string_view set = text_of(arguments[1]);
  if (set.size() > kMost)
    return sqlite3_result_error(context, fmt::format("trim() takes up to {} bytes of characters", kMost).c_str(), -1);
  std::vector<std::string_view> characters;
  for (std::size_t begin = 0, end = 0; begin < set.size(); begin = end) {
    for (end = begin + 1; end < set.size() && continues(set[end]);) ++end;
    characters.push_back(set.substr(begin, end - begin));
  }
  std::string_view text = text_of(arguments[0]);
  const auto strip = [&](auto matches, auto take) {
    for (bool more = true; more;) {
      more = false;
      for (const std::string_view c : characters)
        if (matches(c)) {
          take(c.size());
          more = true;
          break;
        }
    }
  };
  if constexpr ((side & left) != 0)
    strip([&](std::string_view c) { return text.starts_with(c); }, [&](std::size_t n) { text.remove_prefix(n); });
  if constexpr ((side & right) != 0)
    strip([&](std::string_view c) { return text.ends_with(c); }, [&](std::size_t n) { text.remove_suffix(n); });
  answer(context, text);
}

}  // namespace

Result<> add_bounded_functions(Connection& db) {
  constexpr int kPure = SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC;
  struct Function {
    const char* name;
    int arguments;
    void (*run)(sqlite3_context*, int, sqlite3_value**);
  };
  constexpr Function kFunctions[] = {{"instr", 2, instr},
                                     {"replace", 3, replace},
                                     {"trim", 2, trim<both>},
                                     {"ltrim", 2, trim<left>},
                                     {"rtrim", 2, trim<right>}};
  for (const auto& [name, arguments, run] : kFunctions)
    if (sqlite3_create_function_v2(db.handle(), name, arguments, kPure, nullptr, run, nullptr, nullptr, nullptr) !=
        SQLITE_OK)
      return std::unexpected(error_of(db.handle(), fmt::format("cannot add the function {}", name)));
  return {};
}

}  // namespace oculus::store::sqlite
