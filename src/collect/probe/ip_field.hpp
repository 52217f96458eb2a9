// The key `ip`, which pins a check to one version of IP. Plain values; any thread.
#pragma once

#include <array>
#include <string_view>

#include "config/settings.hpp"
#include "net/family.hpp"

namespace oculus::collect {

inline constexpr std::array<std::string_view, 3> kIpChoices = {"any", "4", "6"};

inline constexpr config::Field kIpField = {.key = "ip",
                                           .type = config::FieldType::choice,
                                           .help = "version of IP to use; `any` takes whichever answers first",
                                           .fallback = "any",
                                           .example = "6",
                                           .choices = kIpChoices};

inline net::Family ip_family(const config::Settings& settings) {
  const auto text = settings.text("ip");
  if (text == "4") return net::Family::v4;
  return text == "6" ? net::Family::v6 : net::Family::any;
}

}  // namespace oculus::collect
