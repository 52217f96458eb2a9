// The decoders of chunks. Of an input the first byte says which piece, the next two how many values are asked for, and
// the rest is its body: the checksum is made to fit, so that what lies behind it is reached.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "store/codec/chunk.hpp"
#include "store/codec/piece.hpp"

namespace {

using namespace oculus::store::codec;

void promise(bool kept) {
  if (!kept) std::abort();
}

template <typename Piece>
std::string encoded(const Piece& piece) {
  std::string bytes;
  encode(piece, bytes);
  return bytes;
}

bool same(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

void read_frame(std::string_view piece) {
  static Frame read, again;
  static std::vector<std::int64_t> at;
  const bool timed = decode_times(piece, at);
  if (!decode(piece, read)) return;
  promise(timed && at == read.at);
  promise(decode(encoded(read), again) && again == read);  // what was accepted can be written
}

void read_values(std::string_view piece, std::size_t count) {
  static Values read, again;
  if (!decode(piece, count, read)) return;
  promise(read.value.size() == count && read.present.size() == count);
  promise(decode(encoded(read), count, again) && again.present == read.present);
  for (std::size_t i = 0; i < count; ++i) {
    promise(read.present[i] != 0 || same(read.value[i], 0));
    promise(same(read.value[i], again.value[i]));
  }
}

void read_summary(std::string_view piece) {
  Summary read, again;
  if (!decode(piece, read)) return;
  promise(decode(encoded(read), again) && again.count == read.count && again.present == read.present &&
          again.failures == read.failures);
  promise(same(read.least, again.least) && same(read.most, again.most) && same(read.sum, again.sum) &&
          same(read.first, again.first) && same(read.last, again.last));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  constexpr Format kFormats[] = {Format::frame, Format::values, Format::summary};
  const Format format = kFormats[data[0] % 3];
  const std::size_t count = (data[1] + 256U * data[2]) % (kMostSamples + 2);

  const std::size_t body = size - 3;
  const auto piece = std::make_unique<char[]>(1 + body + 4);  // of exactly its size: the sanitizer watches both ends
  piece[0] = static_cast<char>(format);
  std::memcpy(piece.get() + 1, data + 3, body);
  const std::uint32_t sum = checksum({piece.get(), 1 + body});
  std::memcpy(piece.get() + 1 + body, &sum, sizeof sum);

  const std::string_view bytes(piece.get(), 1 + body + 4);
  switch (format) {
    case Format::frame:
      read_frame(bytes);
      break;
    case Format::values:
      read_values(bytes, count);
      break;
    case Format::summary:
      read_summary(bytes);
      break;
  }
  return 0;
}
