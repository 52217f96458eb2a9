#include "config/config_sections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/address_text.hpp"

namespace oculus::config {

std::optional<Sources::Written> Sources::variable(const char* name) const {
  const char* const value = environment.find(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return Written{value, {name}};
}

std::optional<Sources::Written> Sources::stronger(const std::optional<std::string>& option, const char* name) const {
  return option ? std::optional(Written{*option, kCommandLine}) : variable(name);
}

void Sources::problem(std::string what, std::string_view expected, const Place& at) const {
  problems.add({ErrorKind::invalid, std::move(what), std::string(expected), at});
}

void Sources::check_each(const Settings& settings, std::string_view key, bool (*right)(std::string_view),
                         std::string_view noun, std::string_view expected) const {
  const Node* const node = settings.node(key);
  if (node == nullptr) return;
  const auto check = [&](const Node& item) {
    if (item.is_scalar() && !item.unresolved && !right(item.text))
      problem(fmt::format("'{}': {} is no {}", key, describe(item), noun), expected, item.place);
  };
  check(*node);
  std::ranges::for_each(node->items, check);
}

EgressConfig read_egress(const Settings& egress, const Sources& sources) {
  for (const char* key : {"allow", "deny"})
    sources.check_each(egress, key, is_network, "network", "an address or network, such as 192.0.2.7 or 192.0.2.0/24");
  return {egress.texts("allow"), egress.texts("deny")};
}

}  // namespace oculus::config
