// Samples of one series in order of time, as columns: a decoded chunk, or what the head holds. Plain values; one
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/codec/chunk.hpp"
#include "store/codec/sample_code.hpp"

namespace oculus::store::sqlite {

struct Block {
  codec::Frame frame;
  codec::Values values;

  [[nodiscard]] std::size_t size() const noexcept { return frame.size(); }
  [[nodiscard]] bool empty() const noexcept { return frame.at.empty(); }
  [[nodiscard]] std::int64_t first() const noexcept { return frame.at.front(); }
  [[nodiscard]] std::int64_t last() const noexcept { return frame.at.back(); }
  void clear() noexcept;

  void append(const codec::RawSample& sample);
  /// Appends what stands in `code`, as the head holds it. False: the code is damaged; what came before it is appended.
  bool append_coded(std::string_view code);
  /// The sample at `index`; its tags stand in the block.
  [[nodiscard]] codec::RawSample operator[](std::size_t index) const;
  /// Appends the samples [begin, end) of `other`.
  void append(const Block& other, std::size_t begin, std::size_t end);

  /// The index of the first sample at `at` or later.
  [[nodiscard]] std::size_t lower(std::int64_t at) const noexcept;
  /// The index of the first sample later than `at`.
  [[nodiscard]] std::size_t upper(std::int64_t at) const noexcept;

  bool operator==(const Block&) const = default;
};

/// Makes the times strictly ascend: sorts by time, and of equal times the last appended stays.
void put_in_order(Block& block);

/// The samples [begin, end) of `over` woven into `under`; of equal times those of `over` stay.
Block merge(const Block& under, const Block& over, std::size_t begin, std::size_t end);

}  // namespace oculus::store::sqlite
