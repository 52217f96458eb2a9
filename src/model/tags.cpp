#include "model/tags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace oculus {
namespace {

// As people write it: JSON's own writer would make 1E-1 of 0.1.
std::string text_of(const boost::json::value& scalar) {
  if (scalar.is_string()) return std::string(scalar.get_string());
  if (scalar.is_double()) return fmt::format("{}", scalar.get_double());
  return boost::json::serialize(scalar);
}

constexpr auto kByKey = [](const Tags::Entry& entry, std::string_view key) { return entry.first < key; };

}  // namespace

Tags::Tags(std::initializer_list<Entry> entries) {
  for (const auto& [key, value] : entries) set(key, value);
}

Tags& Tags::set(std::string key, std::string value) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), std::string_view(key), kByKey);
  if (at != entries_.end() && at->first == key)
    at->second = std::move(value);
  else
    entries_.insert(at, {std::move(key), std::move(value)});
  return *this;
}

const std::string* Tags::find(std::string_view key) const noexcept {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key, kByKey);
  return at != entries_.end() && at->first == key ? &at->second : nullptr;
}

Tags merge(Tags base, const Tags& over) {
  for (const auto& [key, value] : over) base.set(key, value);
  return base;
}

std::string to_json(const Tags& tags) {
  boost::json::object object;
  for (const auto& [key, value] : tags) object[key] = value;
  return boost::json::serialize(object);
}

Result<Tags> tags_from_json(std::string_view json) {
  const auto refuse = [&] {
    return failure(ErrorKind::json, fmt::format("tags '{}' are not readable", json.substr(0, 200)),
                   "a JSON object of texts, as in {\"env\":\"prod\"}");
  };
  boost::system::error_code error;
  const boost::json::value root = boost::json::parse(json, error);
  if (error || !root.is_object()) return refuse();
  Tags tags;
  for (const auto& [key, value] : root.get_object()) {
    if (value.is_structured() || value.is_null()) return refuse();
    tags.set(std::string(key), text_of(value));
  }
  return tags;
}

}  // namespace oculus
