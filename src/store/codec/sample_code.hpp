// How one sample lies in the journal and in the head: coded against the sample of its series that came before it, in
// three to five bytes as a rule. Plain values; any thread. docs/storage.md gives the format byte by byte.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace oculus::store::codec {

/// A sample in the numbers of the storage.
struct RawSample {
  std::int64_t at = 0;  // microseconds since 1970
  double value = 0;     // any bits; 0 when nothing was measured
  bool present = false;
  bool success = true;
  std::int64_t took = std::numeric_limits<std::int64_t>::min();  // microseconds; the least number: not known
  std::string_view tags =
      {};  // a JSON object; empty: none. Of a decoded sample: stands in the state until that moves on

  bool operator==(const RawSample&) const = default;
};

/// What the next sample of a series is coded against. Encoder and decoder walk through the same states.
struct SampleState {
  std::int64_t at = 0, step = 0;
  double value = 0;           // the last that was present
  std::int64_t mantissa = 0;  // of the last value that is a decimal: mantissa / 10^exponent
  std::uint8_t exponent = 0;
  bool success = true;
  std::int64_t took = std::numeric_limits<std::int64_t>::min();
  std::string tags;
};

/// Sets the state back to where a series begins, for encoder and decoder alike: what follows can be read without what
/// came before.
void restart(SampleState& state, std::string& out);

/// Appends the code of `sample` and moves `state` on.
void encode(const RawSample& sample, SampleState& state, std::string& out);

/// Reads one sample from the front of `code`, restarts before it included, and moves both on. False when `code` is
/// damaged or ends too early; both are of no use then.
bool decode(std::string_view& code, SampleState& state, RawSample& sample);

/// The duration that a value in milliseconds tells, or the least number where it tells none.
std::int64_t took_of_value(double value) noexcept;

/// Numbers of variable length, seven bits a byte, the lowest first.
void put_varint(std::uint64_t number, std::string& out);
bool take_varint(std::string_view& code, std::uint64_t& number) noexcept;
/// Small numbers of either sign become small ones without.
constexpr std::uint64_t zigzag(std::int64_t number) noexcept {
  return (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t number) noexcept {
  return static_cast<std::int64_t>(number >> 1) ^ -static_cast<std::int64_t>(number & 1);
}

}  // namespace oculus::store::codec
