// Requests and answers as handlers see them; Beast stays in connection.cpp. Plain values; the main loop thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace oculus::web {

struct Header {
  std::string name, value;
};

struct Request {
  std::string method;                                      // as sent, upper case
  std::string path;                                        // percent-decoded UTF-8, begins with '/', without query
  std::vector<std::pair<std::string, std::string>> query;  // decoded UTF-8 (`+` is a blank), in order
  std::vector<std::pair<std::string, std::string>> path_values;  // what the route's {names} matched, decoded
  std::vector<Header> headers;
  std::string body;
  std::string peer;        // the client's address, without port
  bool logged_in = false;  // carried the token, as bearer or cookie; always true where no token is set
  bool own_page = false;   // sent by the product's own page: by its cookie, or same-origin where no token is set

  /// The value of the first header of that name (any case), or null.
  [[nodiscard]] const std::string* header(std::string_view name) const noexcept;
  [[nodiscard]] const std::string* parameter(std::string_view name) const noexcept;  // of the query
  [[nodiscard]] const std::string& path_value(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<Header> headers;

  static Response json(std::string body, int status = 200);
  static Response html(std::string body, int status = 200);
  static Response text(std::string body, int status = 200);
  static Response no_content();                     // 204
  static Response see_other(std::string location);  // 303
  /// application/problem+json (RFC 9457): type about:blank, title, status, detail, and what was expected.
  /// Foreign bytes in `detail` that are not UTF-8 become `?`.
  static Response problem(int status, std::string_view detail, std::string_view expected = {});
  /// By the kind of the error: invalid 400, not_found 404, conflict 409, forbidden 403, queue_full 429, timed_out 504,
  /// unavailable, queue_closed, database and migration 503, internal 500.
  static Response problem(const Error& error);

  /// The value of the first header of that name (any case), or null.
  [[nodiscard]] const std::string* header(std::string_view name) const noexcept;
};

/// The value of the first header of that name (any case), or null.
[[nodiscard]] const std::string* find_header(const std::vector<Header>& headers, std::string_view name) noexcept;

/// The phrase that belongs to a status, such as `Not Found`.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// Equal but for the case of ASCII letters: names of headers, hosts and codings.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b) noexcept;

}  // namespace oculus::web
