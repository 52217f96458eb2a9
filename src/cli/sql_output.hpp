// The answer to people's SQL as text: a table, CSV, JSON. Plain functions; any thread.
#pragma once

#include <cstddef>
#include <string>

#include "store/query.hpp"

namespace oculus::cli {

/// For people: aligned, escaped, `NULL` where there is nothing. See TextTable for `width`.
std::string table_text(const store::SqlTable& table, std::size_t width);

/// RFC 4180 with bare line feeds: titles first; NULL is nothing at all, an empty text is "". Texts as they are.
std::string csv_text(const store::SqlTable& table);

/// One line as POST /api/query answers: `{"columns":[…],"rows":[[…]],"truncated":false}`; an integer that a double
/// cannot hold is a string.
std::string json_text(const store::SqlTable& table);

}  // namespace oculus::cli
