// gzip of answers: whether it is wanted, and the work in slices. Any thread; one Gzip belongs to one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace oculus::web {

constexpr std::size_t kWorthCompressing = 1 << 10;  // bytes; below, the headers cost what is won
constexpr std::size_t kGzipSlice = 32 << 10;        // bytes; less than half a millisecond of work

/// What Accept-Encoding (RFC 9110 section 12.5.3) says about gzip, by its q-values.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

/// Text in any of its forms; pictures and archives are compressed already.
[[nodiscard]] bool is_compressible(std::string_view content_type);

class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  /// Takes the next part. After the `last` one, `take` has the whole.
  void add(std::string_view part, bool last);
  [[nodiscard]] std::string take() noexcept { return std::move(compressed_); }

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  std::string compressed_;
};

}  // namespace oculus::web
