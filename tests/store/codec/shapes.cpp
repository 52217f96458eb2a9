#include "store/codec/shapes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace oculus::store::codec {
namespace {

using Random = std::mt19937_64;
using Int = std::int64_t;
constexpr Int kLeast = std::numeric_limits<Int>::min(), kMost = std::numeric_limits<Int>::max();

template <typename Number, typename Next>
std::vector<Number> filled(std::size_t count, Next next) {
  std::vector<Number> column(count);
  for (std::size_t i = 0; i < count; ++i) column[i] = next(i);
  return column;
}

template <typename Next>
std::vector<Int> integers(std::size_t count, Next next) {
  return filled<Int>(count, [&](std::size_t i) { return static_cast<Int>(next(i)); });
}

/// Below 2^`width`.
std::uint64_t up_to(Random& random, unsigned width) { return width == 0 ? 0 : random() >> (64 - width); }

std::vector<Int> ascending(std::vector<Int> column) {
  std::ranges::sort(column);
  for (std::size_t i = 1; i < column.size(); ++i)
    if (column[i] <= column[i - 1]) column[i] = column[i - 1] + 1;
  return column;
}

constexpr Int kBegin = 1'735'689'600'000'000;  // 2025-01-01

std::vector<Int> schedule(std::size_t count, std::uint64_t seed, Int step, Int jitter, Int grain, unsigned gap_in) {
  Random random(seed);
  Int slot = kBegin;
  return integers(count, [&](std::size_t) {
    slot += step;
    if (gap_in != 0 && random() % gap_in == 0) slot += step * static_cast<Int>(1 + random() % 5000);
    return slot + (jitter == 0 ? 0 : static_cast<Int>(random() % static_cast<std::uint64_t>(jitter)) * grain);
  });
}

std::vector<double> decimals(std::size_t count, std::uint64_t seed, double power, double middle, double spread) {
  Random random(seed);
  std::normal_distribution<double> normal;
  return filled<double>(count,
                        [&](std::size_t) { return std::round((middle + spread * normal(random)) * power) / power; });
}

double of_bits(std::uint64_t bits) { return std::bit_cast<double>(bits); }

}  // namespace

const std::vector<Shape<Int>>& integer_shapes() {
  static const std::vector<Shape<Int>> kShapes = {
      {"zero", [](std::size_t count, std::uint64_t) { return std::vector<Int>(count, 0); }},
      {"least", [](std::size_t count, std::uint64_t) { return std::vector<Int>(count, kLeast); }},
      {"most", [](std::size_t count, std::uint64_t) { return std::vector<Int>(count, kMost); }},
      {"counting", [](std::size_t count, std::uint64_t) { return integers(count, [](auto i) { return i; }); }},
      {"falling",
       [](std::size_t count, std::uint64_t) {
         return integers(count, [](auto i) { return -123456789 * static_cast<Int>(i) - 5; });
       }},
      {"squares",
       [](std::size_t count, std::uint64_t) { return integers(count, [](auto i) { return i * i * 7 + 3; }); }},
      {"ends by turns",
       [](std::size_t count, std::uint64_t) { return integers(count, [](auto i) { return i % 2 ? kLeast : kMost; }); }},
      {"ends and middle",
       [](std::size_t count, std::uint64_t seed) {
         return integers(count, [&, random = Random(seed)](auto) mutable {
           const std::uint64_t dice = random();
           return dice % 3 == 0   ? kLeast + static_cast<Int>(dice >> 60)
                  : dice % 3 == 1 ? kMost - static_cast<Int>(dice >> 60)
                                  : static_cast<Int>(dice >> 60);
         });
       }},
      {"half the range apart",
       [](std::size_t count, std::uint64_t seed) {
         return integers(count, [random = Random(seed)](auto) mutable { return random() % 2 ? kLeast : 0; });
       }},
      {"multiples of 4096",
       [](std::size_t count, std::uint64_t seed) {
         return integers(count, [random = Random(seed)](auto) mutable { return 17 + (random() % 1000) * 4096; });
       }},
      {"huge multiples",
       [](std::size_t count, std::uint64_t seed) {
         return integers(count, [random = Random(seed)](auto) mutable { return random() << 55; });
       }},
      {"spikes of any size",
       [](std::size_t count, std::uint64_t seed) {
         return integers(count, [random = Random(seed)](auto) mutable {
           const std::uint64_t dice = random();
           return dice % 20 == 0 ? random() >> (dice >> 58) : 1000 + dice % 64;
         });
       }},
      {"spikes below",
       [](std::size_t count, std::uint64_t seed) {
         return integers(count, [random = Random(seed)](auto) mutable {
           const std::uint64_t dice = random();
           return dice % 7 == 0 ? -static_cast<Int>(dice >> 20) : static_cast<Int>(dice % 16);
         });
       }},
      {"two far clusters",
       [](std::size_t count, std::uint64_t seed) {
         return integers(count, [random = Random(seed)](auto) mutable {
           const std::uint64_t dice = random();
           return (dice % 2) * 1'000'000'000'000 + (dice >> 32) % 10;
         });
       }},
      {"a walk",
       [](std::size_t count, std::uint64_t seed) {
         return integers(count, [random = Random(seed), at = Int{-5000}](auto) mutable {
           return at += static_cast<Int>(random() % 21) - 10;
         });
       }},
      {"random of a width",
       [](std::size_t count, std::uint64_t seed) {
         return integers(count, [random = Random(seed), width = static_cast<unsigned>(seed % 65)](auto) mutable {
           return up_to(random, width);
         });
       }},
      {"differences of a width",
       [](std::size_t count, std::uint64_t seed) {
         return integers(count, [random = Random(seed), width = static_cast<unsigned>(seed % 65),
                                 at = std::uint64_t{0}](auto) mutable { return at += up_to(random, width); });
       }},
      {"every width by turns",
       [](std::size_t count, std::uint64_t seed) {
         return integers(
             count, [random = Random(seed)](auto i) mutable { return up_to(random, static_cast<unsigned>(i % 65)); });
       }},
  };
  return kShapes;
}

const std::vector<Shape<Int>>& time_shapes() {
  static const std::vector<Shape<Int>> kShapes = {
      {"exact grid", [](std::size_t n, std::uint64_t seed) { return schedule(n, seed, 30'000'000, 0, 0, 0); }},
      {"ms jitter", [](std::size_t n, std::uint64_t seed) { return schedule(n, seed, 30'000'000, 4, 1000, 0); }},
      {"us jitter", [](std::size_t n, std::uint64_t seed) { return schedule(n, seed, 30'000'000, 3000, 1, 0); }},
      {"gaps", [](std::size_t n, std::uint64_t seed) { return schedule(n, seed, 1'000'000, 90, 1000, 40); }},
      {"grid of 7 us", [](std::size_t n, std::uint64_t seed) { return schedule(n, seed, 7, 2, 1, 9); }},
      {"jitter beyond a step",
       [](std::size_t n, std::uint64_t seed) { return ascending(schedule(n, seed, 1000, 2500, 1, 0)); }},
      {"next microsecond",
       [](std::size_t n, std::uint64_t) { return integers(n, [](auto i) { return -3 + static_cast<Int>(i); }); }},
      {"arrivals",
       [](std::size_t n, std::uint64_t seed) {
         return integers(n, [random = Random(seed), at = kBegin](auto) mutable {
           return at += 1 + static_cast<Int>(-1e6 * std::log1p(-std::uniform_real_distribution<double>()(random)));
         });
       }},
      {"all of time",
       [](std::size_t n, std::uint64_t seed) {
         return ascending(integers(n, [random = Random(seed)](auto) mutable { return random(); }));
       }},
      {"first and last moment",
       [](std::size_t n, std::uint64_t) {
         return integers(
             n, [n](auto i) { return i < n / 2 ? kLeast + static_cast<Int>(i) : kMost - static_cast<Int>(n - 1 - i); });
       }},
      {"jitter at the end of time",
       [](std::size_t n, std::uint64_t seed) {
         return integers(n, [n, random = Random(seed)](auto i) mutable {
           return kMost - static_cast<Int>(n - 1 - i) * 1000 - static_cast<Int>(random() % 400);
         });
       }},
      {"jitter from the beginning of time",
       [](std::size_t n, std::uint64_t seed) {
         return integers(n, [random = Random(seed)](auto i) mutable {
           return kLeast + static_cast<Int>(i) * 1000 + static_cast<Int>(random() % 400);
         });
       }},
      {"a grid over all of time",
       [](std::size_t n, std::uint64_t) {
         const std::uint64_t step = n < 2 ? 0 : ~std::uint64_t{0} / (n - 1);
         return integers(n, [step](auto i) { return static_cast<std::uint64_t>(kLeast) + step * i; });
       }},
      {"seconds before 1970",
       [](std::size_t n, std::uint64_t seed) {
         return ascending(integers(n, [random = Random(seed)](auto) mutable {
           return -static_cast<Int>(random() % 1'000'000'000) * 1'000'000;
         }));
       }},
  };
  return kShapes;
}

const std::vector<Shape<double>>& value_shapes() {
  static const std::vector<Shape<double>> kShapes = {
      {"zero", [](std::size_t n, std::uint64_t) { return std::vector<double>(n, 0.0); }},
      {"minus zero", [](std::size_t n, std::uint64_t) { return std::vector<double>(n, -0.0); }},
      {"42.5", [](std::size_t n, std::uint64_t) { return std::vector<double>(n, 42.5); }},
      {"tenths", [](std::size_t n, std::uint64_t seed) { return decimals(n, seed, 10, 25, 8); }},
      {"hundredths around 0", [](std::size_t n, std::uint64_t seed) { return decimals(n, seed, 100, 0, 3); }},
      {"1e-14", [](std::size_t n, std::uint64_t seed) { return decimals(n, seed, 1e14, 2e-12, 1e-12); }},
      {"beyond 2^51", [](std::size_t n, std::uint64_t seed) { return decimals(n, seed, 1, 0x1p52, 0x1p50); }},
      {"hundredths beyond 2^51", [](std::size_t n, std::uint64_t seed) { return decimals(n, seed, 100, 3e13, 1e12); }},
      {"whole and huge", [](std::size_t n, std::uint64_t seed) { return decimals(n, seed, 1, 8e18, 1e17); }},
      {"beyond int64", [](std::size_t n, std::uint64_t seed) { return decimals(n, seed, 1, 1e19, 1e16); }},
      {"a counter",
       [](std::size_t n, std::uint64_t seed) {
         return filled<double>(
             n, [random = Random(seed), at = 1e6](auto) mutable { return at += static_cast<double>(random() % 200); });
       }},
      {"floats",
       [](std::size_t n, std::uint64_t seed) {
         return filled<double>(n, [random = Random(seed)](auto) mutable {
           return static_cast<double>(static_cast<float>(random() % 10'000) / 7.0F);
         });
       }},
      {"all digits",
       [](std::size_t n, std::uint64_t seed) {
         return filled<double>(n, [random = Random(seed)](auto) mutable {
           return std::exp(3 + std::normal_distribution<double>()(random));
         });
       }},
      {"mostly decimals",
       [](std::size_t n, std::uint64_t seed) {
         return filled<double>(n, [random = Random(seed)](auto) mutable {
           const auto dice = static_cast<double>(random() % 1000);
           return random() % 10 == 0 ? dice / 7 : dice / 10;
         });
       }},
      {"any bits",
       [](std::size_t n, std::uint64_t seed) {
         return filled<double>(n, [random = Random(seed)](auto) mutable { return of_bits(random()); });
       }},
      {"any NaN",
       [](std::size_t n, std::uint64_t seed) {
         return filled<double>(
             n, [random = Random(seed)](auto) mutable { return of_bits(random() | 0x7ff0'0000'0000'0001); });
       }},
      {"denormals",
       [](std::size_t n, std::uint64_t seed) {
         return filled<double>(n, [random = Random(seed)](auto) mutable { return of_bits(random() >> 12); });
       }},
      {"what is not a number among decimals",
       [](std::size_t n, std::uint64_t seed) {
         return filled<double>(n, [random = Random(seed)](auto) mutable {
           constexpr double kOdd[] = {
               std::numeric_limits<double>::quiet_NaN(),  -0.0,
               std::numeric_limits<double>::infinity(),   -std::numeric_limits<double>::infinity(),
               std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(),
               std::numeric_limits<double>::lowest(),     0.1 + 0.2};
           const std::uint64_t dice = random();
           return dice % 16 < std::size(kOdd) ? kOdd[dice % 16] : static_cast<double>(dice % 977) / 1000;
         });
       }},
  };
  return kShapes;
}

const std::vector<Shape<std::uint8_t>>& bit_shapes() {
  static const std::vector<Shape<std::uint8_t>> kShapes = {
      {"all", [](std::size_t n, std::uint64_t) { return std::vector<std::uint8_t>(n, 1); }},
      {"none", [](std::size_t n, std::uint64_t) { return std::vector<std::uint8_t>(n, 0); }},
      {"all but the last",
       [](std::size_t n, std::uint64_t) {
         return filled<std::uint8_t>(n, [n](auto i) { return static_cast<std::uint8_t>(i + 1 != n); });
       }},
      {"the first",
       [](std::size_t n, std::uint64_t) {
         return filled<std::uint8_t>(n, [](auto i) { return static_cast<std::uint8_t>(i == 0); });
       }},
      {"few missing",
       [](std::size_t n, std::uint64_t seed) {
         return filled<std::uint8_t>(
             n, [random = Random(seed)](auto) mutable { return static_cast<std::uint8_t>(random() % 100 != 0); });
       }},
      {"runs",
       [](std::size_t n, std::uint64_t seed) {
         return filled<std::uint8_t>(n, [random = Random(seed), now = std::uint8_t{1}](auto) mutable {
           return now ^= static_cast<std::uint8_t>(random() % 30 == 0);
         });
       }},
      {"by turns",
       [](std::size_t n, std::uint64_t) {
         return filled<std::uint8_t>(n, [](auto i) { return static_cast<std::uint8_t>(i % 2); });
       }},
      {"random",
       [](std::size_t n, std::uint64_t seed) {
         return filled<std::uint8_t>(
             n, [random = Random(seed)](auto) mutable { return static_cast<std::uint8_t>(random() % 2); });
       }},
  };
  return kShapes;
}

std::vector<std::size_t> counts() {
  std::vector<std::size_t> all(301);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  for (const std::size_t edge : {std::size_t{512}, std::size_t{1024}, std::size_t{2048}, kMostSamples})
    for (std::size_t count = edge - 2; count <= std::min(edge + 2, kMostSamples); ++count) all.push_back(count);
  return all;
}

Frame some_frame(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  const auto one_of = [&random](const auto& shapes) -> const auto& { return shapes[random() % shapes.size()]; };
  Frame frame;
  frame.at = one_of(time_shapes()).make(count, random());
  frame.success = one_of(bit_shapes()).make(count, random());
  frame.took_is_value = random() % 4 == 0;
  if (!frame.took_is_value) {
    const std::vector<std::uint8_t> timed =
        random() % 2 == 0 ? frame.success : one_of(bit_shapes()).make(count, random());
    const std::vector<Int> took = one_of(integer_shapes()).make(count, random());
    for (std::size_t i = 0; i < count; ++i) frame.took.push_back(timed[i] != 0 ? took[i] & kMost : kNoDuration);
  }
  if (random() % 3 != 0) {
    frame.dictionary = {"", R"({"error":"timeout"})", R"({"error":"refused","attempts":"3"})", std::string(300, '\0')};
    frame.dictionary.resize(1 + random() % frame.dictionary.size());
  }
  const std::size_t known = std::max<std::size_t>(frame.dictionary.size(), 1);
  for (std::size_t i = 0; i < count; ++i) frame.tags.push_back(static_cast<std::uint32_t>(random() % known));
  return frame;
}

Values some_values(const Shape<double>& shape, const std::vector<std::uint8_t>& present, std::uint64_t seed) {
  Values values{shape.make(present.size(), seed), present};
  for (std::size_t i = 0; i < present.size(); ++i)
    if (present[i] == 0) values.value[i] = 0;
  return values;
}

std::vector<std::uint64_t> bits_of(const std::vector<double>& values) {
  std::vector<std::uint64_t> bits;
  for (const double value : values) bits.push_back(std::bit_cast<std::uint64_t>(value));
  return bits;
}

}  // namespace oculus::store::codec
