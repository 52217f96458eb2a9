// What a chunk holds, and the functions that make bytes of it and read them back; docs/storage.md has the bytes. No
// I/O, no state, no memory beyond the outputs but for the stack: up to 400 kB to encode, 100 kB to decode. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace oculus::store::codec {

inline constexpr std::size_t kMostSamples = 4096;  // in one chunk
inline constexpr std::int64_t kNoDuration = std::numeric_limits<std::int64_t>::min();

/// What the samples of a stretch share with those of other series of the same rounds: columns of one length, at most
/// `kMostSamples`, in order of time.
struct Frame {
  std::vector<std::int64_t> at;         // microseconds since 1970, strictly ascending; any int64
  std::vector<std::uint8_t> success;    // 0 or 1
  bool took_is_value = false;           // the duration of each sample is its value in ms; `took` is empty then
  std::vector<std::int64_t> took;       // microseconds >= 0, kNoDuration where none
  std::vector<std::uint32_t> tags;      // index into `dictionary`; 0: none
  std::vector<std::string> dictionary;  // [0] is empty; JSON objects as text

  void clear() noexcept;  // keeps the memory
  [[nodiscard]] std::size_t size() const noexcept { return at.size(); }
  bool operator==(const Frame&) const = default;
};

/// The values of one series over a frame. `present[i]` is 0 where nothing was measured (`value[i]` is 0 then). Any bits
/// of a double are kept, those of NaN and -0 included.
struct Values {
  std::vector<double> value;
  std::vector<std::uint8_t> present;

  void clear() noexcept;  // keeps the memory
};

/// What long aggregates need without decoding. NaN counts as present but takes no part in `least`, `most` and `sum`,
/// which are 0 where there is nothing to tell. `sum` is compensated: within an ulp or two of the exact one.
struct Summary {
  std::uint32_t count = 0, present = 0, failures = 0;
  double least = 0, most = 0, sum = 0;
  double first = 0, last = 0;  // the first and the last present value
};

/// Each `encode` appends one piece that carries its own format and checksum. Each `decode` takes one whole piece and is
/// false when it is damaged, cut, followed by more, or of another kind; its output is then valid but means nothing.
void encode(const Frame& frame, std::string& out);
[[nodiscard]] bool decode(std::string_view bytes, Frame& out);
/// Only the times of a frame, with the whole checksum checked.
[[nodiscard]] bool decode_times(std::string_view bytes, std::vector<std::int64_t>& at);

void encode(const Values& values, std::string& out);
[[nodiscard]] bool decode(std::string_view bytes, std::size_t count, Values& out);

[[nodiscard]] Summary summarize(const Frame& frame, const Values& values);
void encode(const Summary& summary, std::string& out);
[[nodiscard]] bool decode(std::string_view bytes, Summary& out);

}  // namespace oculus::store::codec
