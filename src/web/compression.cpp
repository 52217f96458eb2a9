#include "web/compression.hpp"

#define ZLIB_CONST  // zlib takes its input as const only when asked to
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <new>
#include <optional>

#include "web/head.hpp"

namespace oculus::web {
namespace {

// The part up to `separator`, without blanks; `rest` goes on behind it.
std::string_view next_part(std::string_view& rest, char separator) noexcept {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return trimmed(part);
}

// 0 to 1, or nothing where it is none: RFC 9110 section 12.4.2.
std::optional<double> weight(std::string_view parameters) {
  if (parameters.empty()) return 1;
  const std::string_view parameter = next_part(parameters, ';');
  if (!parameters.empty() || parameter.size() < 3 || parameter.size() > 7 || !same_word(parameter.substr(0, 2), "q="))
    return std::nullopt;
  double q = 0;
  const char* const end = parameter.data() + parameter.size();
  const auto [rest, status] = std::from_chars(parameter.data() + 2, end, q, std::chars_format::fixed);
  if (status != std::errc() || rest != end || q < 0 || q > 1) return std::nullopt;
  return q;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<double> gzip;
  std::optional<double> identity;
  std::optional<double> any;
  while (!accept_encoding.empty()) {
    std::string_view entry = next_part(accept_encoding, ',');
    const std::string_view coding = next_part(entry, ';');
    const auto q = weight(entry);
    if (!q) continue;
    if (same_word(coding, "gzip") || same_word(coding, "x-gzip")) gzip = q;
    if (same_word(coding, "identity")) identity = q;
    if (coding == "*") any = q;
  }
  const double wanted = gzip.value_or(any.value_or(0));
  return wanted > 0 && wanted >= identity.value_or(0);  // unlisted, plain text is allowed but not preferred
}

bool is_compressible(std::string_view content_type) {
  content_type = trimmed(content_type.substr(0, content_type.find(';')));
  constexpr std::array<std::string_view, 7> kTypes = {
      "application/json",         "application/javascript",       "application/xml", "application/manifest+json",
      "application/problem+json", "application/openmetrics-text", "image/svg+xml"};
  return content_type.starts_with("text/") || std::ranges::find(kTypes, content_type) != kTypes.end();
}

struct Gzip::Stream : z_stream {};

Gzip::Gzip() : stream_(std::make_unique<Stream>()) {
  constexpr int kGzipWindow = 31;  // 32 kB, and 16 for the gzip wrapper
  if (deflateInit2(stream_.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
}

Gzip::~Gzip() { deflateEnd(stream_.get()); }

void Gzip::add(std::string_view part, bool last) {
  stream_->next_in = reinterpret_cast<const Bytef*>(part.data());
  stream_->avail_in = static_cast<uInt>(part.size());
  std::array<char, 16384> out;  // NOLINT(cppcoreguidelines-pro-type-member-init): written by zlib
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(out.data());
    stream_->avail_out = static_cast<uInt>(out.size());
    deflate(stream_.get(), last ? Z_FINISH : Z_NO_FLUSH);  // cannot fail: it has input, or room, or both
    compressed_.append(out.data(), out.size() - stream_->avail_out);
  } while (stream_->avail_out == 0);
}

}  // namespace oculus::web
