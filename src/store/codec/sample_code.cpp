#include "store/codec/sample_code.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

namespace oculus::store::codec {
namespace {

constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();

// The control byte, from the lowest bit: value 3, success changes 1, duration 2, tags change 1, time in microseconds 1.
enum class ValueCode : std::uint8_t { same, delta, decimal, bits, none };
enum class TookCode : std::uint8_t { same, delta, none, of_value };
constexpr std::uint8_t kRestart = 7;  // as a control byte: no kind of value has this number
constexpr unsigned kSuccessBit = 1U << 3, kTookShift = 4, kTagsBit = 1U << 6, kMicrosecondsBit = 1U << 7;

constexpr std::array<double, 16> kPowers{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// Differences wrap around, so that every pair of numbers has one.
std::int64_t minus(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

bool same_bits(double a, double b) noexcept {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::optional<std::int64_t> mantissa_of(double value, unsigned exponent) noexcept {
  constexpr double kExact = 9e15;  // below 2^53 every whole number is a double
  const double scaled = value * kPowers[exponent];
  if (!(std::abs(scaled) < kExact)) return std::nullopt;
  const auto mantissa = static_cast<std::int64_t>(std::nearbyint(scaled));
  if (!same_bits(static_cast<double>(mantissa) / kPowers[exponent], value)) return std::nullopt;
  return mantissa;
}

void put_bits(double value, std::string& out) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

ValueCode put_value(const RawSample& sample, SampleState& state, std::string& out) {
  if (!sample.present) return ValueCode::none;
  if (same_bits(sample.value, state.value)) return ValueCode::same;
  state.value = sample.value;
  if (const auto mantissa = mantissa_of(sample.value, state.exponent)) {
    put_varint(zigzag(minus(*mantissa, state.mantissa)), out);
    state.mantissa = *mantissa;
    return ValueCode::delta;
  }
  for (unsigned exponent = 0; exponent < kPowers.size(); ++exponent) {
    const auto mantissa = mantissa_of(sample.value, exponent);
    if (!mantissa) continue;
    out.push_back(static_cast<char>(exponent));
    put_varint(zigzag(*mantissa), out);
    state.mantissa = *mantissa;
    state.exponent = static_cast<std::uint8_t>(exponent);
    return ValueCode::decimal;
  }
  put_bits(sample.value, out);
  return ValueCode::bits;
}

bool take_value(std::string_view& code, ValueCode kind, SampleState& state, RawSample& sample) {
  sample.present = kind != ValueCode::none;
  std::uint64_t number = 0;
  switch (kind) {
    case ValueCode::none:
      sample.value = 0;
      return true;
    case ValueCode::same:
      break;
    case ValueCode::decimal:
      if (code.empty() || static_cast<std::uint8_t>(code.front()) >= kPowers.size()) return false;
      state.exponent = static_cast<std::uint8_t>(code.front());
      code.remove_prefix(1);
      state.mantissa = 0;
      [[fallthrough]];
    case ValueCode::delta:
      if (!take_varint(code, number)) return false;
      state.mantissa = plus(state.mantissa, unzigzag(number));
      state.value = static_cast<double>(state.mantissa) / kPowers[state.exponent];
      break;
    case ValueCode::bits:
      if (code.size() < sizeof(double)) return false;
      std::memcpy(&state.value, code.data(), sizeof(double));
      code.remove_prefix(sizeof(double));
      break;
    default:
      return false;
  }
  sample.value = state.value;
  return true;
}

TookCode put_took(const RawSample& sample, SampleState& state, std::string& out) {
  if (sample.took == kNone) return TookCode::none;
  const std::int64_t before = state.took == kNone ? 0 : state.took;
  state.took = sample.took;
  if (sample.took == before) return TookCode::same;
  if (sample.present && sample.took == took_of_value(sample.value)) return TookCode::of_value;
  put_varint(zigzag(minus(sample.took, before)), out);
  return TookCode::delta;
}

bool take_took(std::string_view& code, TookCode kind, SampleState& state, RawSample& sample) {
  const std::int64_t before = state.took == kNone ? 0 : state.took;
  std::uint64_t number = 0;
  switch (kind) {
    case TookCode::none:
      sample.took = kNone;
      return true;
    case TookCode::same:
      state.took = before;
      break;
    case TookCode::of_value:
      state.took = took_of_value(sample.value);
      break;
    case TookCode::delta:
      if (!take_varint(code, number)) return false;
      state.took = plus(before, unzigzag(number));
      break;
  }
  sample.took = state.took;
  return true;
}

}  // namespace

std::int64_t took_of_value(double value) noexcept {
  constexpr double kLongest = 9e12;
  const double us = value * 1000.0;
  return us >= 0 && us < kLongest ? static_cast<std::int64_t>(std::nearbyint(us)) : kNone;
}

void put_varint(std::uint64_t number, std::string& out) {
  char bytes[10];
  std::size_t length = 0;
  for (; number >= 0x80; number >>= 7) bytes[length++] = static_cast<char>(number | 0x80);
  bytes[length++] = static_cast<char>(number);
  out.append(bytes, length);
}

bool take_varint(std::string_view& code, std::uint64_t& number) noexcept {
  number = 0;
  for (std::size_t i = 0; i < code.size() && i < 10; ++i) {
    const auto byte = static_cast<std::uint8_t>(code[i]);
    number |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte >= 0x80) continue;
    code.remove_prefix(i + 1);
    return true;
  }
  return false;
}

void restart(SampleState& state, std::string& out) {
  state = {};
  out.push_back(static_cast<char>(kRestart));
}

void encode(const RawSample& sample, SampleState& state, std::string& out) {
  const std::size_t control_at = out.size();
  out.push_back('\0');
  unsigned control = 0;

  const std::int64_t step = minus(sample.at, state.at);
  const std::int64_t change = minus(step, state.step);
  constexpr std::int64_t kMillisecond = 1000;
  if (change % kMillisecond == 0) {
    put_varint(zigzag(change / kMillisecond), out);
  } else {
    control |= kMicrosecondsBit;
    put_varint(zigzag(change), out);
  }
  state.at = sample.at;
  state.step = step;

  control |= static_cast<unsigned>(put_value(sample, state, out));
  if (sample.success != state.success) control |= kSuccessBit;
  state.success = sample.success;
  control |= static_cast<unsigned>(put_took(sample, state, out)) << kTookShift;
  if (sample.tags != state.tags) {
    control |= kTagsBit;
    put_varint(sample.tags.size(), out);
    out.append(sample.tags);
    state.tags = sample.tags;
  }
  out[control_at] = static_cast<char>(control);
}

bool decode(std::string_view& code, SampleState& state, RawSample& sample) {
  while (!code.empty() && static_cast<std::uint8_t>(code.front()) == kRestart) {
    state = {};
    code.remove_prefix(1);
  }
  if (code.empty()) return false;
  const auto control = static_cast<std::uint8_t>(code.front());
  code.remove_prefix(1);

  std::uint64_t number = 0;
  if (!take_varint(code, number)) return false;
  std::int64_t change = unzigzag(number);
  if ((control & kMicrosecondsBit) == 0)
    change = static_cast<std::int64_t>(static_cast<std::uint64_t>(change) * 1000);  // wraps on damaged code only
  state.step = plus(state.step, change);
  state.at = plus(state.at, state.step);
  sample.at = state.at;

  if (!take_value(code, static_cast<ValueCode>(control & 7U), state, sample)) return false;
  if ((control & kSuccessBit) != 0) state.success = !state.success;
  sample.success = state.success;
  if (!take_took(code, static_cast<TookCode>(control >> kTookShift & 3U), state, sample)) return false;
  if ((control & kTagsBit) != 0) {
    if (!take_varint(code, number) || number > code.size()) return false;
    state.tags = code.substr(0, number);
    code.remove_prefix(number);
  }
  sample.tags = state.tags;
  return true;
}

}  // namespace oculus::store::codec
