#include "store/codec/times.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "store/codec/chunk.hpp"
#include "store/codec/grid.hpp"
#include "store/codec/integer_column.hpp"

namespace oculus::store::codec {
namespace {

// The first byte: the unit of all, whether they lie on a grid, with gaps, and in how many units its step is counted.
constexpr std::array<std::int64_t, 3> kUnits = {1, 1'000, 1'000'000};  // microseconds, or units
constexpr unsigned kUnit = 0x03, kGrid = 0x04, kGaps = 0x08, kStepShift = 4, kStepUnit = 0x30, kUnused = 0xc0;

using Scratch = std::array<std::int64_t, kMostSamples>;  // left uninitialized: only what a column needs is touched

/// The number in kUnits of the largest that divides all.
unsigned unit_of(std::span<const std::int64_t> at) noexcept {
  unsigned unit = kUnits.size() - 1;
  for (const std::int64_t stamp : at)
    while (stamp % kUnits[unit] != 0) --unit;
  return unit;
}

void put_grid(std::span<const std::int64_t> at, unsigned unit, const GridFit& fit, std::span<const std::int64_t> slots,
              std::span<std::int64_t> rest, std::string& out) {
  const unsigned step_unit = unit_of({&fit.step, 1});
  out.push_back(static_cast<char>(unit | kGrid | (fit.gapless ? 0U : kGaps) | step_unit << kStepShift));
  put_signed(out, wrapped_add(at.front(), fit.least));
  put_varint(out, static_cast<std::uint64_t>(fit.step / kUnits[step_unit]));
  if (!fit.gapless) encode_integers(slots, out);
  for (std::int64_t& one : rest) one -= fit.least;
  encode_integers(rest, out);
}

/// Makes stamps of what remains of them, `begin` and `step` being in microseconds; false where they do not ascend.
bool add_slots(std::int64_t begin, std::int64_t step, std::int64_t unit, std::span<std::int64_t> at) noexcept {
  std::int64_t slot = begin, before = at[0] = wrapped_add(wrapped_multiply(at[0], unit), slot);
  bool ascending = true;
  for (std::int64_t& rest : at.subspan(1)) {
    slot = wrapped_add(slot, step);
    const std::int64_t stamp = wrapped_add(wrapped_multiply(rest, unit), slot);
    ascending &= before < stamp;
    rest = before = stamp;
  }
  return ascending;
}

/// A grid with gaps as a grid without.
void close_gaps(ByteReader& in, std::int64_t step, std::span<std::int64_t> at) noexcept {
  Scratch scratch;
  const auto slots = std::span(scratch).first(at.size() - 1);
  decode_integers(in, slots);
  decode_integers(in, at);
  if (!in.good()) return;
  std::int64_t skipped = 0;
  for (std::size_t i = 1; i < at.size(); ++i) {
    skipped = wrapped_add(skipped, wrapped_subtract(slots[i - 1], 1));
    at[i] = wrapped_add(at[i], wrapped_multiply(skipped, step));
  }
}

}  // namespace

void encode_times(std::span<const std::int64_t> at, std::string& out) {
  if (at.empty()) return;
  Scratch scratch;
  const unsigned unit = unit_of(at);
  if (unit != 0) {
    std::ranges::transform(at, scratch.begin(), [size = kUnits[unit]](std::int64_t stamp) { return stamp / size; });
    at = std::span(scratch).first(at.size());
  }
  const std::size_t begin = out.size();
  Scratch slots, rest;
  const auto fit = fit_grid(at, slots, rest);
  if (fit) {
    put_grid(at, unit, *fit, std::span(slots).first(at.size() - 1), std::span(rest).first(at.size()), out);
    if (fit->range <= static_cast<std::uint64_t>(fit->step) / 4) return;  // a schedule: nothing is shorter
  }
  const std::size_t middle = out.size();
  out.push_back(static_cast<char>(unit));
  encode_integers(at, out);
  if (fit) keep_shorter(out, begin, middle);
}

void decode_times(ByteReader& in, std::span<std::int64_t> at) noexcept {
  if (at.empty()) return;
  const unsigned layout = in.byte();
  const unsigned unit = layout & kUnit, step_unit = (layout & kStepUnit) >> kStepShift;
  if ((layout & kUnused) != 0 || unit >= kUnits.size() || (layout & (kGrid | kGaps)) == kGaps) return in.fail();
  std::int64_t begin = 0, step = 0;
  if ((layout & kGrid) != 0) {
    begin = in.signed_varint();
    if (step_unit >= kUnits.size()) return in.fail();
    step = wrapped_multiply(static_cast<std::int64_t>(in.varint()), kUnits[step_unit]);
  }
  if ((layout & kGaps) != 0) {
    close_gaps(in, step, at);
  } else {
    decode_integers(in, at);
  }
  if (!in.good()) return;
  const std::int64_t size = kUnits[unit];
  if (!add_slots(wrapped_multiply(begin, size), wrapped_multiply(step, size), size, at)) in.fail();
}

}  // namespace oculus::store::codec
