// Builds a WHERE clause with its parameters from filters that may be absent. One thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/sqlite/connection.hpp"

namespace oculus::store::sqlite {

class FilterSql {
 public:
  /// Adds `condition` (with one `?`) and its value, when there is one.
  template <class T>
  void add(std::string_view condition, const std::optional<T>& value) {
    if (value) require(condition, *value);
  }
  void require(std::string_view condition, std::variant<std::int64_t, std::string> value);
  void require(std::string_view condition, TimePoint at) { require(condition, to_us(at)); }
  void require(std::string_view condition) { join(condition); }
  /// A condition with as many `?` as there are values.
  void require(std::string_view condition, std::initializer_list<std::int64_t> values) {
    join(condition);
    values_.insert(values_.end(), values.begin(), values.end());
  }

  /// ` WHERE a AND b`, or nothing.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// Binds the values in order from parameter 1; gives the number of the next one. This object must outlive the
  /// statement's run.
  int bind(Statement& statement) const;

 private:
  void join(std::string_view condition);
  std::string text_;
  std::vector<std::variant<std::int64_t, std::string>> values_;
};

}  // namespace oculus::store::sqlite
