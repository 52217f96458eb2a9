// Which version of IP a check is pinned to. Plain value; any thread.
#pragma once

namespace oculus::net {

enum class Family { any, v4, v6 };

}  // namespace oculus::net
