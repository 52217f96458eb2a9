#include "web/page/asset_routes.hpp"

#include <utility>

#include "web/compression.hpp"
#include "web/page/embedded_assets.hpp"

namespace oculus::web {
namespace {

constexpr std::string_view kIcon = "icons/oculus.svg";

bool is_served(const EmbeddedAsset& asset) { return !asset.path.starts_with("templates/"); }

std::string address(const EmbeddedAsset& asset) {
  const auto dot = asset.path.rfind('.');
  return "/assets/" + std::string(asset.path.substr(0, dot)) + "-" + std::string(asset.hash) +
         std::string(asset.path.substr(dot));
}

Response answer(const EmbeddedAsset& asset, const Request& request, std::string_view cache_control) {
  const std::string* accepted = request.header("Accept-Encoding");
  const bool packed = !asset.gzip.empty() && accepted && accepts_gzip(*accepted);
  Response response;
  response.content_type = asset.content_type;
  response.body = packed ? asset.gzip : asset.bytes;
  response.headers = {{"Cache-Control", std::string(cache_control)}, {"Vary", "Accept-Encoding"}};
  if (packed) response.headers.push_back({"Content-Encoding", "gzip"});
  // The compressed form is another representation: its tag is its own (RFC 9110 section 8.8.3).
  response.headers.push_back({"ETag", packed ? "\"" + std::string(asset.hash) + "-gzip\"" : std::string(asset.etag)});
  return response;
}

struct Serve {
  const EmbeddedAsset* asset;
  std::string_view cache_control;

  boost::asio::awaitable<Response> operator()(Request request) const {
    return give(asset, cache_control, std::move(request));
  }

  static boost::asio::awaitable<Response> give(const EmbeddedAsset* asset, std::string_view cache_control,
                                               Request request) {
    co_return answer(*asset, request, cache_control);
  }
};

}  // namespace

std::string asset_address(std::string_view path) {
  for (const EmbeddedAsset& asset : embedded_assets())
    if (asset.path == path && is_served(asset)) return address(asset);
  return {};
}

void add_asset_routes(Router& router) {
  for (const EmbeddedAsset& asset : embedded_assets()) {
    if (!is_served(asset)) continue;
    router.add("GET", address(asset), Router::Access::open, Serve{&asset, "public, max-age=31536000, immutable"});
    // Browsers and feed readers ask for this path whatever the page says.
    if (asset.path == kIcon) router.add("GET", "/favicon.ico", Router::Access::open, Serve{&asset, "max-age=86400"});
  }
}

}  // namespace oculus::web
