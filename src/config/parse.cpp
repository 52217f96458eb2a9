#include <fmt/format.h>

#include <exception>

#include "config/node.hpp"
#include "config/reading.hpp"

namespace oculus::config {

Node parse(std::string_view text, Syntax syntax, const std::string& file, const Environment* environment,
           Problems& problems) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // the byte order mark that some editors write
  if (text.size() > kLargestText) {
    problems.add({ErrorKind::invalid,
                  fmt::format("the text is {} bytes long", text.size()),
                  fmt::format("at most {} bytes; use several files", kLargestText),
                  {file}});
    return {};
  }
  problems.attach(file, text);
  try {
    Reading reading(text, file, environment, problems);
    if (const auto foreign = first_foreign_byte(text)) {
      reading.problem(fmt::format("the byte 0x{:02x} does not belong here", static_cast<unsigned char>(text[*foreign])),
                      "UTF-8 text without control characters", reading.place(*foreign));
      return {};
    }
    switch (syntax) {
      case Syntax::yaml:
        return read_yaml(reading);
      case Syntax::toml:
        return read_toml(reading);
      case Syntax::json:
        return read_json(reading);
    }
  } catch (const std::exception& error) {  // a parser's promise not to throw ends where memory does
    problems.add({ErrorKind::internal, fmt::format("the text could not be read: {}", error.what()), {}, {file}});
  }
  return {};
}

}  // namespace oculus::config
