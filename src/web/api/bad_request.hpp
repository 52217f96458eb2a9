// Everything that is wrong with a request, told at once. Any thread.
#pragma once

#include <vector>

#include "model/error.hpp"
#include "web/http.hpp"

namespace oculus::web::api {

/// 400 with `detail` in one line and, for programs, `errors`: a list of {place, detail, expected}. A place is the name
/// of a parameter, or `body:line:column`.
Response bad_request(const std::vector<Error>& errors);

/// Why there is no page of a list: what a reader calls invalid is its cursor.
Response refused_page(Error error);

}  // namespace oculus::web::api
