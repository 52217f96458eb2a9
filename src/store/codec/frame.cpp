#include <algorithm>
#include <array>
#include <cassert>
#include <span>

#include "store/codec/bit_column.hpp"
#include "store/codec/chunk.hpp"
#include "store/codec/integer_column.hpp"
#include "store/codec/piece.hpp"
#include "store/codec/times.hpp"

namespace oculus::store::codec {
namespace {

// What follows the times. A flag that is not set stands for the usual: success, no duration, no tags.
constexpr unsigned kFailures = 0x01, kTookIsValue = 0x02, kTook = 0x04, kTookAsSuccess = 0x08, kDictionary = 0x10,
                   kTags = 0x20, kUnused = 0xc0;

using Scratch = std::array<std::int64_t, kMostSamples>;  // left uninitialized: only what a column needs is touched
using Present = std::array<std::uint8_t, kMostSamples>;

unsigned flags_of(const Frame& frame, std::span<const std::uint8_t> timed) noexcept {
  unsigned flags = 0;
  if (count_ones(frame.success) != frame.size()) flags |= kFailures;
  if (frame.took_is_value) flags |= kTookIsValue;
  if (count_ones(timed) != 0) flags |= kTook;
  if ((flags & kTook) != 0 && std::ranges::equal(timed, frame.success)) flags |= kTookAsSuccess;
  if (!frame.dictionary.empty()) flags |= kDictionary;
  if (std::ranges::any_of(frame.tags, [](std::uint32_t tag) { return tag != 0; })) flags |= kTags;
  return flags;
}

void put_took(const Frame& frame, std::span<const std::uint8_t> timed, bool as_success, std::string& out) {
  if (!as_success) encode_bits(timed, out);
  Scratch took;
  std::size_t count = 0;
  for (const std::int64_t one : frame.took)
    if (one != kNoDuration) took[count++] = one;
  encode_integers(std::span(took).first(count), out);
}

void put_dictionary(const Frame& frame, std::string& out) {
  put_varint(out, frame.dictionary.size());
  for (const std::string& text : std::span(frame.dictionary).subspan(1)) {  // the first is empty
    put_varint(out, text.size());
    out += text;
  }
}

void put_tags(const Frame& frame, std::string& out) {
  Scratch tags;
  std::ranges::copy(frame.tags, tags.begin());
  encode_integers(std::span(tags).first(frame.size()), out);
}

void read_took(ByteReader& in, unsigned flags, Frame& out) {
  if ((flags & kTookIsValue) != 0) {
    if ((flags & kTook) != 0) in.fail();
    return out.took.clear();
  }
  out.took.assign(out.size(), kNoDuration);
  if ((flags & kTook) == 0) return;
  Present scratch;
  auto timed = std::span<std::uint8_t>(scratch).first(out.size());
  if ((flags & kTookAsSuccess) != 0) {
    timed = out.success;
  } else {
    decode_bits(in, timed);
  }
  if (!in.good()) return;
  const std::size_t count = count_ones(timed);
  Scratch took;
  decode_integers(in, std::span(took).first(count));
  if (!in.good()) return;
  const std::int64_t* next = took.data();
  for (std::size_t i = 0; i < timed.size(); ++i)
    if (timed[i] != 0) out.took[i] = *next++;
  if (std::ranges::any_of(std::span(took).first(count), [](std::int64_t one) { return one < 0; })) in.fail();
}

void read_dictionary(ByteReader& in, unsigned flags, Frame& out) {
  if ((flags & kDictionary) == 0) return out.dictionary.clear();
  const std::uint64_t size = in.varint();
  if (size == 0 || size > kMostSamples + 1 || size - 1 > in.left().size()) return in.fail();
  out.dictionary.resize(size);
  out.dictionary.front().clear();
  for (std::string& text : std::span(out.dictionary).subspan(1)) text = in.take(in.varint());
}

void read_tags(ByteReader& in, unsigned flags, Frame& out) {
  out.tags.assign(out.size(), 0);
  if ((flags & kTags) == 0) return;
  Scratch scratch;
  const auto tags = std::span(scratch).first(out.size());
  decode_integers(in, tags);
  if (!in.good()) return;
  const auto known = static_cast<std::int64_t>(out.dictionary.size());
  if (std::ranges::any_of(tags, [known](std::int64_t tag) { return tag < 0 || tag >= known; })) return in.fail();
  std::ranges::transform(tags, out.tags.begin(), [](std::int64_t tag) { return static_cast<std::uint32_t>(tag); });
}

/// Reads up to the end of the times; gives the flags of what follows.
unsigned read_head(ByteReader& in, std::vector<std::int64_t>& at) {
  const std::uint64_t count = in.varint();
  const unsigned flags = in.byte();
  if (count > kMostSamples || (flags & kUnused) != 0) in.fail();
  if (!in.good()) return 0;
  at.resize(count);
  decode_times(in, at);
  return flags;
}

}  // namespace

void Frame::clear() noexcept {
  at.clear();
  success.clear();
  took_is_value = false;
  took.clear();
  tags.clear();
  dictionary.clear();
}

void encode(const Frame& frame, std::string& out) {
  assert(frame.size() <= kMostSamples && frame.success.size() == frame.size() && frame.tags.size() == frame.size());
  assert(frame.took.size() == (frame.took_is_value ? 0 : frame.size()));
  assert(frame.dictionary.empty() || frame.dictionary.front().empty());
  Present scratch;
  const auto timed = std::span(scratch).first(frame.took.size());
  std::ranges::transform(frame.took, timed.begin(), [](std::int64_t one) { return one != kNoDuration; });
  const unsigned flags = flags_of(frame, timed);

  const std::size_t begin = begin_piece(out, Format::frame);
  put_varint(out, frame.size());
  out.push_back(static_cast<char>(flags));
  encode_times(frame.at, out);
  if ((flags & kFailures) != 0) encode_bits(frame.success, out);
  if ((flags & kTook) != 0) put_took(frame, timed, (flags & kTookAsSuccess) != 0, out);
  if ((flags & kDictionary) != 0) put_dictionary(frame, out);
  if ((flags & kTags) != 0) put_tags(frame, out);
  end_piece(out, begin);
}

bool decode(std::string_view bytes, Frame& out) {
  ByteReader in = open_piece(bytes, Format::frame);
  const unsigned flags = read_head(in, out.at);
  if (!in.good()) return false;
  out.took_is_value = (flags & kTookIsValue) != 0;
  out.success.assign(out.size(), 1);
  if ((flags & kFailures) != 0) decode_bits(in, out.success);
  read_took(in, flags, out);
  read_dictionary(in, flags, out);
  read_tags(in, flags, out);
  return in.finished();
}

bool decode_times(std::string_view bytes, std::vector<std::int64_t>& at) {
  ByteReader in = open_piece(bytes, Format::frame);
  read_head(in, at);
  return in.good();
}

}  // namespace oculus::store::codec
