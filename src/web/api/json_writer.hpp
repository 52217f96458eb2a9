// Writes JSON straight into a text: for answers of many thousand rows, where a tree of values would cost more than the
// query. One thread at a time.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/tags.hpp"
#include "model/time.hpp"

namespace oculus::web::api {

/// Puts the commas; that every begin has its end, and every key its value, is the caller's part.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_list() { return open('['); }
  JsonWriter& end_list() { return close(']'); }
  JsonWriter& key(std::string_view name);

  /// Control characters, quotes and backslashes are escaped; what is not UTF-8 becomes U+FFFD.
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
  JsonWriter& value(std::nullptr_t) { return raw("null"); }
  /// The shortest text that reads back as the same number; null where it is not finite.
  JsonWriter& value(double number);
  JsonWriter& value(std::integral auto number) { return raw(std::to_string(number)); }
  JsonWriter& value(TimePoint at) { return value(to_us(at)); }
  JsonWriter& value(const Tags& tags);
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    if (!maybe) return value(nullptr);
    return value(*maybe);
  }
  template <class T>
  JsonWriter& member(std::string_view name, const T& what) {
    key(name);
    return value(what);
  }

  /// A value that is JSON already.
  JsonWriter& raw(std::string_view json);
  /// What should be JSON: as it is, or as a text when it is not.
  JsonWriter& checked(std::string_view json);

  [[nodiscard]] std::size_t size() const noexcept { return out_.size(); }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void comma();
  void quoted(std::string_view text);

  std::string out_;
  bool comma_due_ = false;
};

/// Milliseconds, as a number with what there is below.
inline std::optional<double> milliseconds(std::optional<microseconds> length) {
  return length ? std::optional(static_cast<double>(length->count()) / 1000) : std::nullopt;
}

/// `text`, or nothing when it is empty: null in JSON.
inline std::optional<std::string_view> unless_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace oculus::web::api
