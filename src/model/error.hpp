// What went wrong, as a value: kind, text, what was expected, and where. Plain values; any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace oculus {

/// What an error means to the caller; tables make exit codes and HTTP statuses of it.
enum class ErrorKind {
  invalid,       // input that a person wrote: configuration, argument, query parameter
  not_found,     // there is no such thing
  conflict,      // it exists already, or two claim it
  forbidden,     // known, but not allowed
  timed_out,     // it did not end within its limit
  unavailable,   // not now; trying again later may help
  database,      // the database refused or failed
  queue_full,    // the writer has no room now
  queue_closed,  // the writer has ended
  json,          // text that should be JSON is not
  invalid_data,  // a row that the storage cannot take (a NaN, an unknown series)
  migration,     // the database has another version than this program
  internal,      // a mistake of ours
};

/// The kind as it is written in answers and logs, such as `queue_full`.
std::string_view to_string(ErrorKind kind) noexcept;

/// Where in a text; `line` and `column` count from 1, 0 means "not known". `file` may also be a URL or `command line`.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

/// `file:line:column`, leaving out what is not known.
std::string to_string(const Place& place);

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string what;      // one sentence without a full stop: what went wrong, with the thing's name and the value
  std::string expected;  // what would have been right, or what to do; may be empty
  Place place = {};

  /// One line for people: `place: what; expected`.
  [[nodiscard]] std::string text() const;
};

template <class T = void>
using Result = std::expected<T, Error>;

/// Short for the most common refusal.
std::unexpected<Error> invalid(std::string what, std::string_view expected = {}, Place place = {});
std::unexpected<Error> failure(ErrorKind kind, std::string what, std::string_view expected = {});

}  // namespace oculus
