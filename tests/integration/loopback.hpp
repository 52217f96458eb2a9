// Free ports on this machine's own address.
#pragma once

#include <cstdint>

namespace oculus::integration {

/// A port of 127.0.0.1 on which nobody listens.
std::uint16_t free_port();
/// Whether somebody accepts there.
bool answers(std::uint16_t port);

}  // namespace oculus::integration
