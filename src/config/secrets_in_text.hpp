// Takes secrets out of a line of configuration before a person sees it; each character becomes `*`, so that carets stay
// right.
#pragma once

#include <cstddef>
#include <string>

namespace oculus::config {

/// The value that begins at `column` (characters, from 0): to its closing quote, or to where a plain value ends. A
/// value that is only the name of a variable, `${NAME}`, stays.
void mask_value_at(std::string& line, std::size_t column);

/// Values of keys that are called like a secret (token, password, webhook, …), for texts that no field describes or
/// that could not be parsed, and passwords in URLs.
void mask_likely_secrets(std::string& line);

/// `https://name:word@host` becomes `https://*********@host`.
void mask_url_passwords(std::string& text);

}  // namespace oculus::config
