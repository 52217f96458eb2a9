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
