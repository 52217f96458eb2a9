#include "store/codec/sample_code.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "store/codec/chunk.hpp"

namespace oculus::store::codec {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000'000;

bool same(const RawSample& a, const RawSample& b) {
  return a.at == b.at && std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value) &&
         a.present == b.present && a.success == b.success && a.took == b.took && a.tags == b.tags;
}

std::string code_of(const std::vector<RawSample>& samples, std::size_t restart_every = 1000) {
  SampleState state;
  std::string code;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i % restart_every == 0) restart(state, code);
    encode(samples[i], state, code);
  }
  return code;
}

void expect_round_trip(const std::vector<RawSample>& samples, std::size_t restart_every = 1000) {
  const std::string code = code_of(samples, restart_every);
  std::string_view rest = code;
  SampleState state;
  for (const RawSample& wanted : samples) {
    RawSample sample;
    ASSERT_TRUE(decode(rest, state, sample));
    ASSERT_TRUE(same(sample, wanted)) << sample.at << ' ' << sample.value << " for " << wanted.at << ' '
                                      << wanted.value;
  }
  EXPECT_TRUE(rest.empty());
}

TEST(SampleCode, BringsBackAnyBits) {
  std::mt19937_64 random(7);
  constexpr double kOdd[] = {0,
                             -0.0,
                             1e300,
                             -1e-300,
                             0.1,
                             1.0 / 3,
                             9007199254740993.0,
                             1e15,
                             5e-324,
                             std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()};
  constexpr std::int64_t kTimes[] = {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                                     0, -1};
  std::vector<RawSample> samples;
  for (std::int64_t i = 0; i < 5000; ++i) {
    RawSample sample{kStart + i * 1'000'000 + static_cast<std::int64_t>(random() % 3000),
                     0,
                     random() % 7 != 0,
                     random() % 5 != 0,
                     kNoDuration,
                     {}};
    if (random() % 20 == 0) sample.at = kTimes[random() % std::size(kTimes)];
    if (sample.present)
      sample.value = random() % 3 == 0   ? kOdd[random() % std::size(kOdd)]
                     : random() % 2 == 0 ? static_cast<double>(random() % 100'000) / 100
                                         : std::bit_cast<double>(random());
    if (random() % 3 != 0) sample.took = static_cast<std::int64_t>(random() % 10'000'000);
    if (random() % 4 == 0 && sample.present && sample.value > 0 && sample.value < 1e6)
      sample.took = took_of_value(sample.value);
    if (random() % 6 == 0)
      sample.tags = random() % 2 == 0 ? R"({"error":"timeout"})" : R"({"error":"refused","attempts":"3"})";
    samples.push_back(sample);
  }
  expect_round_trip(samples);
  expect_round_trip(samples, 64);
}

TEST(SampleCode, AnOrdinaryRoundTakesFourBytes) {
  std::mt19937 random(1);
  std::vector<RawSample> samples;
  for (int i = 0; i < 1000; ++i) {
    const double latency = std::round((20 + 3 * std::sin(i) + static_cast<double>(random() % 50) / 10) * 10) / 10;
    samples.push_back({kStart + i * 30'000'000LL + static_cast<std::int64_t>(random() % 4) * 1000,
                       latency,
                       true,
                       true,
                       took_of_value(latency),
                       {}});
  }
  EXPECT_LT(code_of(samples).size(), samples.size() * 4);
}

TEST(SampleCode, NoGarbageCrashesOrRunsOn) {
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string garbage(random() % 60, '\0');
    for (char& byte : garbage) byte = static_cast<char>(random());
    std::string_view rest = garbage;
    SampleState state;
    RawSample sample;
    std::size_t before = rest.size() + 1;
    while (!rest.empty() && decode(rest, state, sample)) {
      ASSERT_LT(rest.size(), before);  // each sample takes something
      before = rest.size();
    }
  }
}

TEST(SampleCode, EveryTruncationOfASampleIsNoticed) {
  const RawSample sample{kStart, 12.345, true, false, 99, R"({"error":"dns"})"};
  const std::string code = code_of({sample});
  for (std::size_t length = 0; length < code.size(); ++length) {
    std::string_view rest = std::string_view(code).substr(0, length);
    SampleState state;
    RawSample decoded;
    EXPECT_FALSE(decode(rest, state, decoded)) << length;
  }
}

}  // namespace
}  // namespace oculus::store::codec
