#include "model/error.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace oculus {

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::forbidden:
      return "forbidden";
    case ErrorKind::timed_out:
      return "timed_out";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::database:
      return "database";
    case ErrorKind::queue_full:
      return "queue_full";
    case ErrorKind::queue_closed:
      return "queue_closed";
    case ErrorKind::json:
      return "json";
    case ErrorKind::invalid_data:
      return "invalid_data";
    case ErrorKind::migration:
      return "migration";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

std::string to_string(const Place& place) {
  std::string text = place.file;
  for (const int number : {place.line, place.column}) {
    if (number <= 0) break;
    if (!text.empty()) text += ':';
    text += std::to_string(number);
  }
  return text;
}

std::string Error::text() const {
  const std::string where = to_string(place);
  std::string line = where.empty() ? what : fmt::format("{}: {}", where, what);
  if (!expected.empty()) line += fmt::format("; {}", expected);
  return line;
}

std::unexpected<Error> invalid(std::string what, std::string_view expected, Place place) {
  return std::unexpected(Error{ErrorKind::invalid, std::move(what), std::string(expected), std::move(place)});
}

std::unexpected<Error> failure(ErrorKind kind, std::string what, std::string_view expected) {
  return std::unexpected(Error{kind, std::move(what), std::string(expected), {}});
}

}  // namespace oculus
