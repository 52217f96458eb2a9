// How a tree is written as JSON. Plain values; any thread.
#pragma once

#include <string>
#include <string_view>

#include "config/node.hpp"

namespace oculus::config {

/// With quotes and escapes.
void append_json(std::string& out, std::string_view text);
/// Raw texts; a number or boolean that a variable became is written as the text that named the variable.
void append_json(std::string& out, const Node& node);

}  // namespace oculus::config
