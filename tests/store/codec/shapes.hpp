// Columns that a codec should know by heart, and those that it should fear. Made up the same way each time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/codec/chunk.hpp"

namespace oculus::store::codec {

/// A way to make a column of any length.
template <typename Number>
struct Shape {
  const char* name;
  std::vector<Number> (*make)(std::size_t count, std::uint64_t seed);
};

/// Any int64: constant, counting, jittered, spiky, random of every width, alternating between the ends of the range.
const std::vector<Shape<std::int64_t>>& integer_shapes();
/// Strictly ascending: schedules with and without jitter and gaps, random arrivals, both ends of time.
const std::vector<Shape<std::int64_t>>& time_shapes();
/// Decimals, counters, floats, any bits, all kinds of NaN, infinities, denormals, both zeros.
const std::vector<Shape<double>>& value_shapes();
/// 0 or 1: all alike, single ones, runs, random.
const std::vector<Shape<std::uint8_t>>& bit_shapes();

/// Every count up to 300, and those around what blocks, groups and the largest chunk end on.
std::vector<std::size_t> counts();

/// A frame whose columns take turns through all shapes.
Frame some_frame(std::size_t count, std::uint64_t seed);
/// Values at the places of `present`, 0 elsewhere.
Values some_values(const Shape<double>& shape, const std::vector<std::uint8_t>& present, std::uint64_t seed);

/// The bits, so that NaN equals itself and -0 differs from 0.
std::vector<std::uint64_t> bits_of(const std::vector<double>& values);

}  // namespace oculus::store::codec
