// The JSON object that a request brings, read strictly: a key that is unknown or stands twice, or a value of another
// type, is a mistake with its line and column. Collects all of them. One request.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "config/node.hpp"
#include "web/http.hpp"

namespace oculus::web::api {

class JsonBody {
 public:
  /// `largest` is in bytes: more than handling it at once may cost is refused with 413.
  JsonBody(std::string_view body, std::size_t largest, std::initializer_list<std::string_view> known);

  /// Not empty.
  std::optional<std::string> text(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  /// The value, when it is of that kind.
  const config::Node* node(std::string_view key, config::Node::Kind kind);

  /// Adds a mistake at `key` (of the body, when it is not there).
  void refuse(std::string_view key, std::string what, std::string_view expected);
  void refuse(const config::Node& at, std::string what, std::string_view expected);
  [[nodiscard]] std::optional<Response> refusal() const;

 private:
  config::Node root_;
  std::string too_large_;  // why, if it is
  config::Problems problems_;
};

}  // namespace oculus::web::api
