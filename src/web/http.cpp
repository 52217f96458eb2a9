#include "web/http.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cassert>

#include "model/utf8.hpp"

namespace oculus::web {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int status_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid:
    case ErrorKind::json:
    case ErrorKind::invalid_data:
      return 400;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::queue_full:
      return 429;
    case ErrorKind::timed_out:
      return 504;
    case ErrorKind::unavailable:
    case ErrorKind::queue_closed:
    case ErrorKind::database:
    case ErrorKind::migration:
      return 503;
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

const std::string* find_pair(const std::vector<std::pair<std::string, std::string>>& pairs,
                             std::string_view name) noexcept {
  const auto found = std::ranges::find(pairs, name, &std::pair<std::string, std::string>::first);
  return found == pairs.end() ? nullptr : &found->second;
}

std::string as_utf8(std::string_view text) {
  std::string clean(text);
  if (!is_utf8(clean)) std::ranges::replace_if(clean, [](char c) { return static_cast<unsigned char>(c) > 0x7F; }, '?');
  return clean;
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) noexcept { return std::ranges::equal(a, b, {}, lower, lower); }

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) noexcept {
  const auto found = std::ranges::find_if(headers, [&](const Header& header) { return same_word(header.name, name); });
  return found == headers.end() ? nullptr : &found->value;
}

const std::string* Request::header(std::string_view name) const noexcept { return find_header(headers, name); }

const std::string* Request::parameter(std::string_view name) const noexcept { return find_pair(query, name); }

const std::string& Request::path_value(std::string_view name) const {
  static const std::string kNone;
  const std::string* value = find_pair(path_values, name);
  assert(value && "a handler asks for a name that its route has");
  return value ? *value : kNone;
}

const std::string* Response::header(std::string_view name) const noexcept { return find_header(headers, name); }

Response Response::json(std::string body, int status) { return {status, "application/json", std::move(body), {}}; }

Response Response::html(std::string body, int status) {
  return {status, "text/html; charset=utf-8", std::move(body), {}};
}

Response Response::text(std::string body, int status) {
  return {status, "text/plain; charset=utf-8", std::move(body), {}};
}

Response Response::no_content() { return {204, {}, {}, {}}; }

Response Response::see_other(std::string location) { return {303, {}, {}, {{"Location", std::move(location)}}}; }

Response Response::problem(int status, std::string_view detail, std::string_view expected) {
  boost::json::object members{
      {"type", "about:blank"}, {"title", reason_phrase(status)}, {"status", status}, {"detail", as_utf8(detail)}};
  if (!expected.empty()) members["expected"] = as_utf8(expected);
  return {status, "application/problem+json", boost::json::serialize(members), {}};
}

Response Response::problem(const Error& error) {
  const std::string where = to_string(error.place);
  Response answer =
      problem(status_of(error.kind), where.empty() ? error.what : where + ": " + error.what, error.expected);
  if (error.kind == ErrorKind::queue_full) answer.headers.push_back({"Retry-After", "1"});
  return answer;
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return status < 400 ? "OK" : "Error";
  }
}

}  // namespace oculus::web
