#include "config/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "config/problems.hpp"

namespace oculus::config {
namespace {

class ProcessEnvironment final : public Environment {
 public:
  const char* find(const std::string& name) const override { return std::getenv(name.c_str()); }
};

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && letter(text[0]) && std::ranges::all_of(text, [&](char c) { return letter(c) || digit(c); });
}

constexpr std::string_view kVariableForms = "${NAME} or ${NAME:-default}; a text that holds `${` itself writes `$${`";

}  // namespace

const Environment& process_environment() {
  static const ProcessEnvironment environment;
  return environment;
}

bool ListedEnvironment::expands(const std::string& name) const {
  return std::ranges::find(names_, name) != names_.end();
}

std::string expand(std::string_view text, const Environment& environment,
                   const std::function<void(ExpansionFault)>& fault) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("${", at);
    if (open == std::string_view::npos) break;
    if (open > at && text[open - 1] == '$') {
      out += text.substr(at, open - 1 - at);
      out += "${";
      at = open + 2;
      continue;
    }
    out += text.substr(at, open - at);
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      fault({std::string(text.substr(open)), "`${` without its `}`", std::string(kVariableForms)});
      return out;
    }
    const std::string_view written = text.substr(open, close + 1 - open);
    const std::string_view inside = text.substr(open + 2, close - open - 2);
    const std::size_t dash = inside.find(":-");
    const std::string name(inside.substr(0, dash));
    at = close + 1;
    if (!environment.expands(name)) {
      out += written;
    } else if (!is_name(name)) {
      fault(
          {std::string(written), fmt::format("{} names no variable", in_quotes(written)), std::string(kVariableForms)});
    } else if (const char* value = environment.find(name);
               value != nullptr && (*value != '\0' || dash == std::string_view::npos)) {
      out += value;
    } else if (dash != std::string_view::npos) {
      out += inside.substr(dash + 2);
    } else {
      fault({std::string(written), fmt::format("the environment variable {} is not set", in_quotes(name)),
             fmt::format("set it, or give a default: ${{{}:-default}}", name)});
    }
  }
  if (at < text.size()) out += text.substr(at);
  return out;
}

}  // namespace oculus::config
