// Serves what the page needs from the binary itself: styles, scripts, icons. The main loop thread.
#pragma once

#include <string>
#include <string_view>

#include "web/router.hpp"

namespace oculus::web {

/// `/assets/styles/page-0123456789abcdef.css`: the content's hash is part of the path, so that browsers may keep it for
/// good. Empty for what is not served.
std::string asset_address(std::string_view path);

/// Routes to all assets but the templates, compressed where the client takes that; and `/favicon.ico`.
void add_asset_routes(Router& router);

}  // namespace oculus::web
