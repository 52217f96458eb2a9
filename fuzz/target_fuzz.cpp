// Whatever comes as the target of a request, a form, an Origin or a list of codings.
#include <cstdint>

#include "model/utf8.hpp"
#include "require.hpp"
#include "web/compression.hpp"
#include "web/origin.hpp"
#include "web/target.hpp"

namespace {

using namespace oculus;
using namespace oculus::web;

void check(const Target& target) {
  require(target.raw_path.starts_with('/') || target.raw_path == "*");
  require(is_utf8(target.path));
  for (const char c : target.path) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  for (const char* climb : {"/../", "/./", "\\..\\"}) require((target.path + '/').find(climb) == std::string::npos);
  for (const auto& [name, value] : target.query) require(is_utf8(name) && is_utf8(value));
  // What was decoded can be asked for again, and is the same.
  if (target.path == "*") return;
  std::string again = "/" + encode_percent(target.path.substr(1));
  for (const auto& [name, value] : target.query)
    again += (again.find('?') == std::string::npos ? '?' : '&') + encode_percent(name) + '=' + encode_percent(value);
  const auto parsed = parse_target(again);
  require(parsed && parsed->path == target.path && parsed->query == target.query);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto target = parse_target(text)) check(*target);
  if (const auto decoded = decode_percent(text); decoded && decoded->find('\0') == std::string::npos) {
    require(is_utf8(*decoded));
    require(decode_percent(encode_percent(*decoded)) == decoded);
  }
  (void)parse_form(text);
  (void)accepts_gzip(text);
  (void)is_loopback_name(host_name(text));
  require(!is_same_origin(text, ""));
  return 0;
}
