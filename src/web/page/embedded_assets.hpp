// The files of assets/ and those of the page's libraries, as they lie in the binary. Constants; any thread.
#pragma once

#include <span>
#include <string_view>

namespace oculus::web {

struct EmbeddedAsset {
  std::string_view path;          // from assets/: `styles/page.css`
  std::string_view content_type;  // by the ending; with charset=utf-8 where it is text
  std::string_view bytes;         // as in the source tree
  std::string_view gzip;          // the same, compressed; empty where that saves less than a tenth
  std::string_view hash;          // 16 hexadecimal digits of the content's SHA-256, for paths that never grow stale
  std::string_view etag;          // the hash in the quotes that the header wants
};

/// All of them, in order of path. Made at build time by cmake/Assets.cmake.
[[nodiscard]] std::span<const EmbeddedAsset> embedded_assets() noexcept;

}  // namespace oculus::web
