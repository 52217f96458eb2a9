#include "config/field.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/duration.hpp"

namespace oculus::config {
namespace {

using std::chrono::microseconds;

constexpr Field kUnlimited{};

/// `, 1 to 64`, `, at least 1`, or nothing; where one end is open its text is empty.
std::string range(const std::string& low, const std::string& high) {
  if (!low.empty() && !high.empty()) return fmt::format(", {} to {}", low, high);
  if (!low.empty()) return fmt::format(", at least {}", low);
  return high.empty() ? std::string() : fmt::format(", at most {}", high);
}

std::string range_of_numbers(const Field& field) {
  return range(field.least > kUnlimited.least ? fmt::format("{}", field.least) : "",
               field.most < kUnlimited.most ? fmt::format("{}", field.most) : "");
}

std::string range_of_lengths(const Field& field) {
  return range(field.shortest > kUnlimited.shortest ? to_string(field.shortest) : "",
               field.longest < kUnlimited.longest ? to_string(field.longest) : "");
}

/// `a, b or c`
std::string listed(std::span<const std::string_view> words) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) all += i + 1 < words.size() ? ", " : " or ";
    all += words[i];
  }
  return all;
}

}  // namespace

const Field* find_field(std::span<const Field> fields, std::string_view key) {
  const auto found = std::ranges::find(fields, key, &Field::key);
  return found == fields.end() ? nullptr : &*found;
}

bool is_secret(const Field& field) { return field.secret || field.type == FieldType::secret; }

std::string takes(const Field& field) {
  switch (field.type) {
    case FieldType::text:
      return "text";
    case FieldType::secret:
      return "secret text";
    case FieldType::integer:
      return "whole number" + range_of_numbers(field);
    case FieldType::number:
      return "number" + range_of_numbers(field);
    case FieldType::boolean:
      return "true or false";
    case FieldType::duration:
      return "duration" + range_of_lengths(field);
    case FieldType::port:
      return "port, 1 to 65535";
    case FieldType::host:
      return "host name or address";
    case FieldType::texts:
      return "list of texts, or one text";
    case FieldType::text_map:
      return field.secret ? "map of keys and secret texts" : "map of keys and texts";
    case FieldType::choice:
      return listed(field.choices);
    case FieldType::section:
      return "map";
    case FieldType::any:
      return std::string(field.form);
  }
  return {};
}

}  // namespace oculus::config
