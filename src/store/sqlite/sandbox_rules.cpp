#include "store/sqlite/sandbox_rules.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "store/sqlite/value_relations.hpp"

namespace oculus::store::sqlite {
namespace {

// The last two are table-valued functions, which unfold a JSON text into rows.
constexpr auto kPublicRelations = std::to_array<std::string_view>(
    {"collectors", "events", "json_each", "json_tree", "metric_series", "metric_values", "metrics", "schema_version"});
// What the views stand on: readable through them only.
constexpr auto kBehindViews = std::to_array<std::string_view>({"collector_rows"});

// Left out on purpose: printf and format (a width keeps them busy for seconds, and nothing can interrupt a function),
// randomblob and zeroblob (memory), json_group_array and json_group_object (no limit on what they
// gather), load_extension, fts, sqlite_* and whatever comes with later versions of SQLite. All in order.
constexpr std::string_view kFunctionNames =
    "-> ->> abs acos acosh ago asin asinh atan atan2 atanh avg bucket ceil ceiling char coalesce cos "
    "cosh count cume_dist date datetime degrees dense_rank exp first_value floor glob group_concat hex "
    "ifnull iif instr json json_array json_array_length json_extract json_insert json_object json_quote "
    "json_remove json_replace json_set json_type json_valid julianday lag last_value lead length like "
    "likelihood likely ln log log10 log2 lower ltrim max min mod now now_us nth_value ntile nullif "
    "percent_rank pi pow power quote radians random rank replace round row_number rtrim sign sin sinh "
    "sqrt strftime substr substring sum tan tanh time total trim trunc typeof unicode unixepoch unlikely "
    "upper";

constexpr auto kFunctions = [] {
  std::array<std::string_view, std::ranges::count(kFunctionNames, ' ') + 1> names;
  std::string_view rest = kFunctionNames;
  for (std::string_view& name : names) {
    name = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
  }
  return names;
}();
static_assert(std::ranges::is_sorted(kFunctions) && std::ranges::is_sorted(kPublicRelations));

bool among(const auto& names, const char* name) {
  return name != nullptr && std::ranges::binary_search(names, std::string_view(name));
}

std::string lower(const char* text) {
  std::string result(text == nullptr ? "" : text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// A relation of which no column is read, as by count(*). It comes as the text spells it, and may be the name of a
// common table expression: all that a database has but what is public is one of these, or begins with one of these.
bool is_internal(const std::string& relation) {
  constexpr auto kTables =
      std::to_array<std::string_view>({"chunks", "journal", "journal_state", "pieces", "series_slots", "value_rows"});
  constexpr auto kPrefixes = std::to_array<std::string_view>({"dbstat", "fts", "pragma_", "rtree", "sqlite_"});
  return std::ranges::binary_search(kTables, relation) ||
         std::ranges::any_of(kPrefixes, [&](std::string_view prefix) { return relation.starts_with(prefix); });
}

// A collector's configuration may hold secrets: no view shows it, and nothing may read it.
bool is_secret(std::string_view table, const char* column) {
  return table == "collector_rows" && column != nullptr && std::string_view(column) == "config";
}

bool equal_ignoring_case(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

}  // namespace

int authorize_people(void* own_work, int action, const char* first, const char* second, const char*, const char* view) {
  if (static_cast<const OwnWork*>(own_work)->depth > 0) return SQLITE_OK;
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ:
      if (among(kPublicRelations, first)) return SQLITE_OK;
      if (second != nullptr && *second == '\0')  // how many rows a view stands on is no more than how many it has
        return is_internal(lower(first)) ? SQLITE_DENY : SQLITE_OK;
      if (among(kBehindViews, first) && among(kPublicRelations, lower(view).c_str()) && !is_secret(first, second))
        return SQLITE_OK;
      return SQLITE_DENY;  // the view comes as the text spells it, the table as the schema does
    case SQLITE_FUNCTION:
      return among(kFunctions, second) ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

std::string_view hidden_name_in(std::string_view sql) noexcept {
  for (const std::string_view name : kBehindViews)
    if (!std::ranges::search(sql, name, equal_ignoring_case).empty()) return name;
  return {};
}

}  // namespace oculus::store::sqlite
