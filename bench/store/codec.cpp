// The codec alone: bytes and time for each sample, by category of series, as chunks of several lengths.
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <map>

#include "measure/machine.hpp"
#include "measure/options.hpp"
#include "measure/require.hpp"
#include "measure/spread.hpp"
#include "measure/stopwatch.hpp"
#include "measure/table.hpp"
#include "store/codec/chunk.hpp"
#include "store/dataset.hpp"
#include "store/engine.hpp"

namespace {

using namespace oculus::bench;
namespace codec = oculus::store::codec;

struct Chunk {
  codec::Frame frame;
  codec::Values values;
  std::string frame_bytes, value_bytes, summary_bytes;
};
using Chunks = std::vector<Chunk>;

void add(const oculus::Sample& sample, Chunk& chunk) {
  codec::Frame& frame = chunk.frame;
  if (frame.dictionary.empty()) frame.dictionary.emplace_back();
  std::uint32_t tag = 0;
  if (!sample.tags.empty()) {
    const std::string text = to_json(sample.tags);
    while (tag < frame.dictionary.size() && frame.dictionary[tag] != text) ++tag;
    if (tag == frame.dictionary.size()) frame.dictionary.push_back(text);
  }
  frame.at.push_back(oculus::to_us(sample.at));
  frame.success.push_back(sample.success ? 1 : 0);
  frame.took.push_back(sample.took ? sample.took->count() : codec::kNoDuration);
  frame.tags.push_back(tag);
  chunk.values.value.push_back(sample.value.value_or(0));
  chunk.values.present.push_back(sample.value ? 1 : 0);
}

/// Durations that are the values in ms need no room of their own.
void share_durations(Chunk& chunk) {
  const codec::Values& values = chunk.values;
  codec::Frame& frame = chunk.frame;
  for (std::size_t i = 0; i < frame.size(); ++i)
    if (frame.took[i] != (values.present[i] != 0 ? std::llround(values.value[i] * 1000) : codec::kNoDuration)) return;
  frame.took_is_value = true;
  frame.took.clear();
}

void encode(Chunk& chunk) {
  share_durations(chunk);
  codec::encode(chunk.frame, chunk.frame_bytes);
  codec::encode(chunk.values, chunk.value_bytes);
  codec::encode(codec::summarize(chunk.frame, chunk.values), chunk.summary_bytes);
}

/// Whole chunks of `length` samples of one series each, by category.
std::map<std::string, Chunks> cut(Dataset& data, std::size_t length) {
  std::vector<Chunk> open(data.series().size());
  std::map<std::string, Chunks> made;
  std::vector<Row> rows;
  for (bool more = true; more; rows.clear()) {
    more = data.next(100'000, rows);
    for (const Row& row : rows) {
      Chunk& chunk = open[row.number];
      if (chunk.frame.size() > 0 && oculus::to_us(row.sample.at) <= chunk.frame.at.back()) continue;  // came late
      add(row.sample, chunk);
      if (chunk.frame.size() < length) continue;
      encode(chunk);
      made[data.series()[row.number].category].push_back(std::exchange(chunk, {}));
    }
  }
  return made;
}

/// The least nanoseconds of this thread that `work` takes for each sample.
double nanoseconds(const Chunks& chunks, std::size_t repetitions, const std::function<void(const Chunk&)>& work) {
  double least = 0;
  for (std::size_t i = 0; i < repetitions; ++i) {
    std::size_t samples = 0;
    const Stopwatch watch;
    for (const Chunk& chunk : chunks) {
      work(chunk);
      samples += chunk.frame.size();
    }
    const double spent = 1e9 * watch.spent().processor / static_cast<double>(samples);
    least = i == 0 ? spent : std::min(least, spent);
  }
  return least;
}

/// Bytes a sample of what `bytes` gives of each chunk.
double size(const Chunks& chunks, const std::function<std::size_t(const Chunk&)>& bytes) {
  double sum = 0, samples = 0;
  for (const Chunk& chunk : chunks) {
    sum += static_cast<double>(bytes(chunk));
    samples += static_cast<double>(chunk.frame.size());
  }
  return sum / samples;
}

/// Times alone in a frame, as when the other columns are shared or kept elsewhere.
std::size_t bare_frame(const Chunk& chunk) {
  codec::Frame bare;
  bare.at = chunk.frame.at;
  bare.success.assign(bare.at.size(), 1);
  bare.tags.assign(bare.at.size(), 0);
  bare.took_is_value = true;
  std::string bytes;
  codec::encode(bare, bytes);
  return bytes.size();
}

void measure(const std::string& what, const Chunks& chunks, std::size_t repetitions, Table& table) {
  std::string out;
  codec::Values values;
  std::vector<std::int64_t> at;
  const double encoding = nanoseconds(chunks, repetitions, [&](const Chunk& chunk) {
    out.clear();
    codec::encode(chunk.frame, out);
    codec::encode(chunk.values, out);
    codec::encode(codec::summarize(chunk.frame, chunk.values), out);
  });
  const double times = nanoseconds(chunks, repetitions, [&](const Chunk& chunk) {
    if (!codec::decode_times(chunk.frame_bytes, at)) give_up("a frame does not come back");
  });
  const double decoding = nanoseconds(chunks, repetitions, [&](const Chunk& chunk) {
    if (!codec::decode(chunk.value_bytes, chunk.frame.size(), values)) give_up("values do not come back");
  });
  table.add({what, to_text(size(chunks, bare_frame)),
             to_text(size(chunks, [](const Chunk& chunk) { return chunk.frame_bytes.size(); })),
             to_text(size(chunks, [](const Chunk& chunk) { return chunk.value_bytes.size(); })),
             to_text(size(chunks, [](const Chunk& chunk) { return chunk.summary_bytes.size(); })), to_text(encoding),
             to_text(times), to_text(decoding), to_text((times + decoding) * 0.512)});
}

}  // namespace

int main(int count, char** arguments) {
  Options options = parse_options(count, arguments, "Bytes and time of the codec for each sample");
  if (options.from.empty() && options.series == 1000)
    options.series = 20;  // their kinds repeat, and chunks stay in the cache
  const std::size_t samples = options.samples.value_or(8192);
  fmt::print("{}\n", machine());
  for (const std::size_t length : {512U, 128U, 2048U}) {
    Table table(fmt::format("Codec, chunks of {}, {}", length, describe(options, samples)),
                {"category", "times, B", "whole frame, B", "values, B", "summary, B", "encoding all, ns",
                 "decoding times, ns", "decoding values, ns", "both, µs for 512"});
    Chunks all;
    for (auto& [category, chunks] : cut(*open_dataset(options, samples), options.smoke ? 8 : length)) {
      measure(category, chunks, 5 * options.repetitions, table);
      std::ranges::move(chunks, std::back_inserter(all));
    }
    if (all.empty()) give_up("fewer samples than a chunk holds");
    measure("all", all, 5 * options.repetitions, table);
    table.print();
  }
}
