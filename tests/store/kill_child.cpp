// The program that the SIGKILL test kills: writes batches through the library and says on standard output which of them
// were acknowledged. store_kill_child DATABASE FIRST BATCH: sends samples FIRST, FIRST + 1, … (their number is stamp
// and value) in batches of BATCH, and prints the number after the last acknowledged one, a line each.
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
