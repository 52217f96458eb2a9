#include "web/api/json_body.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

#include "model/nearest.hpp"
#include "web/api/bad_request.hpp"

namespace oculus::web::api {
namespace {

using config::in_quotes;
using Kind = config::Node::Kind;

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "true or false";
    case Kind::number:
      return "a number";
    case Kind::text:
      return "a text";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "an object";
  }
  return "a value";
}

}  // namespace

JsonBody::JsonBody(std::string_view body, std::size_t largest, std::initializer_list<std::string_view> known) {
  root_.place = {"body", 1, 1};
  if (body.size() > largest) {
    too_large_ = fmt::format("the body has {} bytes", body.size());
    problems_.add({ErrorKind::invalid, too_large_, fmt::format("at most {} bytes", largest), root_.place});
    return;
  }
  root_ = config::parse(body, config::Syntax::json, "body", nullptr, problems_);
  if (!problems_.none()) return;
  if (root_.kind != Kind::map) {
    refuse(root_, fmt::format("the body is {}", name_of(root_.kind)),
           fmt::format("an object with {}", fmt::join(known, ", ")));
    return;
  }
  for (const auto& [key, value] : root_.map) {
    if (std::ranges::find(known, std::string_view(key)) != known.end()) continue;
    const auto near = nearest(key, std::span(known.begin(), known.size()));
    problems_.add(
        {ErrorKind::invalid, fmt::format("there is no key {}", in_quotes(key)),
         near ? fmt::format("the nearest known one is {}", *near) : fmt::format("one of {}", fmt::join(known, ", ")),
         value.key_place});
  }
}

const config::Node* JsonBody::node(std::string_view key, Kind kind) {
  const config::Node* const found = root_.find(key);
  if (found == nullptr || found->kind == kind) return found;
  refuse(*found, fmt::format("{} is {}", key, config::describe(*found)), name_of(kind));
  return nullptr;
}

std::optional<std::string> JsonBody::text(std::string_view key) {
  const config::Node* const found = node(key, Kind::text);
  if (found == nullptr) return std::nullopt;
  if (found->raw.empty()) refuse(*found, fmt::format("{} is empty", key), "a text");
  return found->raw;
}

std::optional<bool> JsonBody::flag(std::string_view key) {
  const config::Node* const found = node(key, Kind::boolean);
  return found == nullptr ? std::nullopt : std::optional(found->raw == "true");
}

void JsonBody::refuse(std::string_view key, std::string what, std::string_view expected) {
  const config::Node* const found = root_.find(key);
  refuse(found == nullptr ? root_ : *found, std::move(what), expected);
}

void JsonBody::refuse(const config::Node& at, std::string what, std::string_view expected) {
  problems_.add({ErrorKind::invalid, std::move(what), std::string(expected), at.place});
}

std::optional<Response> JsonBody::refusal() const {
  if (!too_large_.empty()) return Response::problem(413, too_large_, problems_.list().front().expected);
  return problems_.none() ? std::nullopt : std::optional(bad_request(problems_.list()));
}

}  // namespace oculus::web::api
