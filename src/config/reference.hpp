// The tables of fields as text for people. Any thread.
#pragma once

#include <span>
#include <string>

#include "config/settings.hpp"

namespace oculus::config {

/// What a key takes, with its limits: `whole number, at least 1`.
std::string takes(const Field& field);

/// A Markdown table of keys (those of sections as `section.key`), what they take, defaults and help.
/// docs/configuration.md is made from the tables that validate, so that the two cannot differ.
std::string reference_markdown(std::span<const Field> fields);

}  // namespace oculus::config
