// Foreign text made harmless for terminals and logs. Plain functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace oculus {

/// What may stand in the text as it is besides visible characters.
enum class Blanks {
  spaces,           // one line stays one line
  tabs,             // and tabs
  tabs_and_breaks,  // and line feeds: for text that is indented or quoted line by line
};

/// `text` with control characters (C0, DEL, C1) as `\x1b` or `\u009b`, marks that turn the direction of writing as
/// `\u202e`, and each byte that is not UTF-8 as `\xff`; so that no text can steer a terminal or forge a line of a log.
std::string printable(std::string_view text, Blanks blanks = Blanks::spaces);

/// `text` as a JSON string, with quotes. Valid whatever the text: a byte that is not UTF-8 becomes U+FFFD.
std::string json_quoted(std::string_view text);

}  // namespace oculus
