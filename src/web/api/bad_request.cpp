#include "web/api/bad_request.hpp"

#include <utility>

#include "web/api/json_writer.hpp"

namespace oculus::web::api {

Response bad_request(const std::vector<Error>& errors) {
  std::string detail;
  for (const Error& error : errors) detail += (detail.empty() ? "" : " | ") + error.text();

  JsonWriter json;
  json.begin_object().member("type", "about:blank").member("title", "Bad Request").member("status", 400);
  json.member("detail", detail).key("errors").begin_list();
  for (const Error& error : errors) {
    json.begin_object().member("place", to_string(error.place)).member("detail", error.what);
    if (!error.expected.empty()) json.member("expected", error.expected);
    json.end_object();
  }
  json.end_list().end_object();
  return {400, "application/problem+json", json.take(), {}};
}

Response refused_page(Error error) {
  if (error.kind != ErrorKind::invalid) return Response::problem(error);
  error.place = {"cursor", 0, 0};
  return bad_request({std::move(error)});
}

}  // namespace oculus::web::api
