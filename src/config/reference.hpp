// The tables of fields as text for people. Any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/field.hpp"

namespace oculus::config {

/// One key as a reference shows it.
struct KeyRow {
  std::string key;       // those of sections as `section.key`
  std::string takes;     // with its limits
  std::string fallback;  // the default, `required`, or empty
  std::string example;
  std::string help;
};

/// The keys that are supported, in the order of the table, each behind `prefix`.
std::vector<KeyRow> reference_rows(std::span<const Field> fields, const std::string& prefix = {});

/// The rows as a Markdown table: docs/configuration.md is made from the tables that validate, so that the two cannot
/// differ.
std::string reference_markdown(std::span<const KeyRow> rows);

}  // namespace oculus::config
