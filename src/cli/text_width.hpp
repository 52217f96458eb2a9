// How many columns of a terminal a text takes. Plain functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace oculus::cli {

/// Columns of printable UTF-8: wide characters take two, combining marks none.
std::size_t text_width(std::string_view text);

/// The text, cut to at most `most` columns, the last of which says so: `…`.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace oculus::cli
