#include "web/router.hpp"

#include <algorithm>
#include <cassert>

#include "web/target.hpp"

namespace oculus::web {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.starts_with('/')) return segments;   // `*` is no path
  for (std::size_t at = 0; at < path.size();) {  // each turn begins at a slash
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    segments.emplace_back(path.substr(at + 1, end - at - 1));
    at = end;
  }
  return segments;
}

bool is_name(std::string_view segment) noexcept { return segment.starts_with('{') && segment.ends_with('}'); }

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  return std::ranges::equal(pattern, path, [](const std::string& wanted, const std::string& sent) {
    return is_name(wanted) ? !sent.empty() : wanted == sent;
  });
}

// The one with a literal where the other has a name says more about the path.
bool more_exact(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::lexicographical_compare(a, b, {}, is_name, is_name);
}

}  // namespace

void Router::add(std::string method, std::string pattern, Access access, Handler handler,
                 std::vector<std::string> body_types) {
  assert(pattern.starts_with('/'));
  std::vector<std::string> segments = split(pattern);
  assert(std::ranges::none_of(
             routes_, [&](const Route& route) { return route.method == method && route.segments == segments; }) &&
         "two handlers claim one route");
  if (method == "GET" || method == "DELETE") body_types.clear();
  routes_.push_back({std::move(method), std::move(segments), access, std::move(handler), std::move(body_types)});
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  std::vector<std::string> sent = split(path);
  for (std::string& segment : sent)
    if (auto decoded = decode_percent(segment)) segment = std::move(*decoded);

  const std::vector<std::string>* best = nullptr;
  for (const Route& route : routes_)
    if (matches(route.segments, sent) && (!best || more_exact(route.segments, *best))) best = &route.segments;
  if (!best) return {};

  Match match;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  std::vector<std::string> methods;
  for (const Route& route : routes_) {
    if (!std::ranges::equal(route.segments, *best, [](const std::string& a, const std::string& b) {
          return a == b || (is_name(a) && is_name(b));  // the names may differ from method to method
        }))
      continue;
    methods.push_back(route.method);
    if (route.method == "GET") methods.emplace_back("HEAD");
    if (!match.handler) match.access = route.access;
    if (route.method != wanted) continue;
    match.handler = &route.handler;
    match.access = route.access;
    match.body_types = &route.body_types;
    for (std::size_t i = 0; i < sent.size(); ++i)
      if (const std::string& name = route.segments[i]; is_name(name))
        match.path_values.emplace_back(name.substr(1, name.size() - 2), sent[i]);
  }
  std::ranges::sort(methods);
  for (const std::string& name : methods) match.allowed += (match.allowed.empty() ? "" : ", ") + name;
  return match;
}

}  // namespace oculus::web
