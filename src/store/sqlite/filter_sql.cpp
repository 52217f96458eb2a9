#include "store/sqlite/filter_sql.hpp"

#include <fmt/format.h>

namespace oculus::store::sqlite {

void FilterSql::join(std::string_view condition) {
  text_ += text_.empty() ? " WHERE " : " AND ";
  text_ += condition;
}

void FilterSql::require(std::string_view condition, std::variant<std::int64_t, std::string> value) {
  join(condition);
  values_.push_back(std::move(value));
}

void FilterSql::require_one_of(std::string_view column, const std::vector<std::int64_t>& values) {
  std::string marks = "?";
  for (std::size_t i = 1; i < values.size(); ++i) marks += ",?";
  // One value as an equality: rows then come sorted from the index.
  join(values.size() == 1 ? fmt::format("{} = ?", column) : fmt::format("{} IN ({})", column, marks));
  values_.insert(values_.end(), values.begin(), values.end());
}

int FilterSql::bind(Statement& statement) const {
  int index = 0;
  for (const auto& value : values_) {
    ++index;
    if (const auto* text = std::get_if<std::string>(&value))
      statement.bind(index, std::string_view(*text));
    else
      statement.bind(index, std::get<std::int64_t>(value));
  }
  return index + 1;
}

}  // namespace oculus::store::sqlite
