#include "store/sqlite/series_cursor.hpp"

#include <algorithm>
#include <limits>

namespace oculus::store::sqlite {

Result<bool> SeriesCursor::next() {
  if (!begun_) {
    if (auto done = begin(); !done) return std::unexpected(done.error());
    begun_ = true;
  } else if (direction_ == Direction::forward ? ++index_ < end_ : index_-- > end_) {
    return true;
  }
  for (;;) {
    const auto more = next_block();
    if (!more || !*more) return more;
    const std::size_t from = block_.lower(range_.from);
    const std::size_t through = block_.upper(range_.through);
    if (from >= through) continue;
    index_ = direction_ == Direction::forward ? from : through - 1;
    end_ = direction_ == Direction::forward ? through : from;
    return true;
  }
}

Result<> SeriesCursor::begin() {
  if (range_.empty()) return {};
  if (auto done = source_.unsealed(slot_, range_.from, range_.through, unsealed_); !done) return done;
  rest_begin_ = unsealed_.lower(range_.from);
  rest_end_ = unsealed_.upper(range_.through);
  if (direction_ == Direction::backward) return find_chunk(range_.through);
  if (auto done = find_chunk(range_.from); !done) return done;
  if (chunk_ && chunk_->last >= range_.from) return {};
  auto after = source_.chunks().after(slot_, range_.from);
  if (!after) return std::unexpected(after.error());
  chunk_ = *after;
  return {};
}

Result<> SeriesCursor::find_chunk(std::int64_t at) {
  auto found = source_.chunks().at_or_before(slot_, at);
  if (!found) return std::unexpected(found.error());
  chunk_ = *found;
  return {};
}

// The next chunk, with what is not sealed and lies within it or between it and the one before; then the rest of that.
Result<bool> SeriesCursor::next_block() {
  const bool forward = direction_ == Direction::forward;
  while (chunk_ && (forward ? chunk_->first <= range_.through : chunk_->last >= range_.from)) {
    const Chunk chunk = *chunk_;
    if (forward) {
      auto after = source_.chunks().after(slot_, chunk.first);
      if (!after) return std::unexpected(after.error());
      chunk_ = *after;
    } else if (chunk.first == std::numeric_limits<std::int64_t>::min()) {
      chunk_.reset();
    } else if (auto done = find_chunk(chunk.first - 1); !done) {
      return std::unexpected(done.error());
    }
    const auto whole = source_.load(chunk, block_);
    if (!whole) return whole;
    if (!*whole) continue;
    if (forward) {
      const auto& at = unsealed_.frame.at;
      std::size_t end = rest_begin_;
      while (end < rest_end_ && at[end] <= chunk.last) ++end;
      if (end > rest_begin_) block_ = merge(block_, unsealed_, rest_begin_, end);
      rest_begin_ = end;
    } else {
      const std::size_t begin = std::clamp(unsealed_.lower(chunk.first), rest_begin_, rest_end_);
      if (begin < rest_end_) block_ = merge(block_, unsealed_, begin, rest_end_);
      rest_end_ = begin;
    }
    return true;
  }
  if (rest_begin_ == rest_end_) return false;
  block_.clear();
  block_.append(unsealed_, rest_begin_, rest_end_);
  rest_begin_ = rest_end_;
  return true;
}

MergedCursor::MergedCursor(SampleSource& source, const std::vector<CatalogSeries>& series, TimeRange range,
                           Direction direction)
    : source_(source), range_(range), direction_(direction) {
  if (range.empty()) return;
  KeptSample newest;
  for (std::size_t i = 0; i < series.size(); ++i) {
    std::int64_t best = direction == Direction::forward ? range.from : range.through;
    // What the head knows spares looking at every series for the newest samples of all.
    if (source.known_newest(series[i].slot, newest)) {
      if (newest.sample.at < range.from) continue;
      if (direction == Direction::backward) best = std::min(best, newest.sample.at);
    }
    heap_.push_back({best, series[i].series_id, i, series[i].slot, nullptr});
  }
  std::ranges::make_heap(heap_, [this](const Entry& a, const Entry& b) { return later(a, b); });
}

// The heap's top is the entry that is later than none.
bool MergedCursor::later(const Entry& a, const Entry& b) const noexcept {
  if (a.at != b.at) return direction_ == Direction::forward ? a.at > b.at : a.at < b.at;
  // What is not begun may have this very time: it must be looked at before one of a series that comes later is taken.
  return direction_ == Direction::forward ? a.series_id > b.series_id : a.series_id < b.series_id;
}

void MergedCursor::push() {
  std::ranges::push_heap(heap_, [this](const Entry& a, const Entry& b) { return later(a, b); });
}

Result<bool> MergedCursor::next() {
  for (;;) {
    if (standing_) {
      Entry& current = heap_.back();
      standing_ = false;
      const auto more = current.cursor->next();
      if (!more) return more;
      if (*more) {
        current.at = current.cursor->at();
        push();
      } else {
        heap_.pop_back();
      }
    }
    if (heap_.empty()) return false;
    std::ranges::pop_heap(heap_, [this](const Entry& a, const Entry& b) { return later(a, b); });
    standing_ = true;
    Entry& top = heap_.back();
    if (top.cursor != nullptr) return true;
    top.cursor =
        std::make_unique<SeriesCursor>(source_, top.slot, range_, direction_);  // and so on to its first sample
  }
}

}  // namespace oculus::store::sqlite
