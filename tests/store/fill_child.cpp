// The program that fills a disk and is killed: writes batches through the library, and says on standard output how far
// it came. store_fill_child DATABASE FIRST BATCH: begins with the value FIRST, and prints the number after the last
// that was acknowledged, a line each.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "oculus/storage.hpp"

namespace {

std::int64_t number(const char* text) {
  std::int64_t value = 0;
  std::from_chars(text, text + std::strlen(text), value);
  return value;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  const auto storage = oculus::StorageBuilder(arguments[1]).build();
  if (!storage) return std::fprintf(stderr, "%s\n", storage.error().text().c_str()), 1;
  const oculus::Series series{"custom", "killed", "nowhere", {}, {}, {}, {}, {}};
  auto writer = storage->writer();
  if (!writer.upsert_series(series)) return 1;
  const std::int64_t batch = number(arguments[3]);
  for (std::int64_t next = number(arguments[2]);;) {
    std::vector<oculus::Sample> samples;
    for (std::int64_t i = 0; i < batch; ++i, ++next)
      samples.push_back({series.id(), oculus::from_us(next), static_cast<double>(next), true, {}, {}});
    if (!writer.insert_values(std::move(samples))) return 1;
    std::printf("%lld\n", static_cast<long long>(next));
    std::fflush(stdout);
  }
}
