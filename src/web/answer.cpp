#include "web/answer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "web/compression.hpp"

namespace oculus::web {
namespace {

bool is_line(std::string_view text) noexcept {
  return std::ranges::none_of(text,
                              [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; });
}

void add_unless_set(Response& answer, const char* name, const char* value) {
  if (!answer.header(name)) answer.headers.push_back({name, value});
}

bool has_no_body(int status) noexcept { return status < 200 || status == 204 || status == 304; }

std::string_view without_weakness(std::string_view etag) noexcept {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

}  // namespace

bool names_etag(std::string_view list, std::string_view etag) {
  etag = without_weakness(etag);
  for (std::size_t at = list.find_first_not_of(" \t,"); at != std::string_view::npos;) {
    if (list[at] == '*') return true;
    if (list.substr(at).starts_with("W/")) at += 2;
    const std::size_t end = at < list.size() && list[at] == '"' ? list.find('"', at + 1) : std::string_view::npos;
    if (end == std::string_view::npos) return false;  // no list of tags
    if (list.substr(at, end + 1 - at) == etag) return true;
    at = list.find_first_not_of(" \t,", end + 1);
  }
  return false;
}

void complete(Response& answer, std::string_view method, const std::string* if_none_match) {
  for (const Header& header : answer.headers)
    if (header.name.empty() || !is_line(header.name) || !is_line(header.value))
      throw std::logic_error(fmt::format("the header '{}' of an answer holds a control character", header.name));
  if (!is_line(answer.content_type)) throw std::logic_error("the type of an answer holds a control character");

  const std::string* etag = answer.header("ETag");
  if (etag && if_none_match && answer.status == 200 && (method == "GET" || method == "HEAD") &&
      names_etag(*if_none_match, *etag))
    answer.status = 304;

  // An answer may be for this person only. One with a tag may be kept, if it is asked about each time.
  add_unless_set(answer, "Cache-Control", answer.header("ETag") ? "private, no-cache" : "no-store");
  if (is_compressible(answer.content_type)) answer.headers.push_back({"Vary", "Accept-Encoding"});
  if (answer.content_type.starts_with("text/html")) {
    add_unless_set(
        answer, "Content-Security-Policy",
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'");
    add_unless_set(answer, "X-Frame-Options", "DENY");
    add_unless_set(answer, "Referrer-Policy", "same-origin");
    add_unless_set(answer, "Cross-Origin-Opener-Policy", "same-origin");
  }
  add_unless_set(answer, "X-Content-Type-Options", "nosniff");
  add_unless_set(answer, "Cross-Origin-Resource-Policy", "same-origin");  // no foreign page embeds it, unread or not
  if (has_no_body(answer.status)) {
    answer.body.clear();
    answer.content_type.clear();
  }
}

void mark_gzip(Response& answer) {
  answer.headers.push_back({"Content-Encoding", "gzip"});
  for (Header& header : answer.headers)
    if (same_word(header.name, "ETag") && !header.value.starts_with("W/")) header.value.insert(0, "W/");
}

std::string write_head(const Response& answer, bool close, std::chrono::sys_seconds at) {
  std::string head;
  head.reserve(512);
  auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", answer.status,
                 reason_phrase(answer.status), fmt::gmtime(at));
  if (!answer.content_type.empty()) fmt::format_to(out, "Content-Type: {}\r\n", answer.content_type);
  if (!has_no_body(answer.status)) fmt::format_to(out, "Content-Length: {}\r\n", answer.body.size());
  for (const Header& header : answer.headers) fmt::format_to(out, "{}: {}\r\n", header.name, header.value);
  if (close) head += "Connection: close\r\n";
  head += "\r\n";
  return head;
}

}  // namespace oculus::web
