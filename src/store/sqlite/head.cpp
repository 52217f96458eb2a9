#include "store/sqlite/head.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

namespace oculus::store::sqlite {
namespace {

// A row of the journal: a checksum of what follows, a byte that says whether it is a key row, and the samples, each the
// number of its series (against that of the one before, which most often it follows) and its code.
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kHeaderBytes = kChecksumBytes + 1;
constexpr char kPlainRow = 0, kKeyRow = 1;
constexpr std::size_t kRowsOfEpoch = 64;

std::uint32_t checksum(std::string_view bytes) noexcept {
  return static_cast<std::uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace

void Head::introduce(Slot slot, std::int64_t chunks_end) {
  if (coders_.size() <= index(slot)) {
    coders_.resize(index(slot) + 1);
    touched_index_.resize(index(slot) + 1);
    const std::scoped_lock lock(mutex_);
    held_.resize(index(slot) + 1);
  }
  Coder& coder = coders_[index(slot)];
  coder.known = true;
  coder.newest_at = std::max(coder.newest_at, chunks_end);
}

bool Head::knows(Slot slot) const noexcept { return index(slot) < coders_.size() && coders_[index(slot)].known; }

std::size_t Head::touch(Slot slot) {
  std::size_t& place = touched_index_[index(slot)];
  if (place == 0) {
    touched_.push_back({slot, coders_[index(slot)]});
    place = touched_.size();
  }
  return place - 1;
}

void Head::begin_batch() {
  batch_.assign(kHeaderBytes, kPlainRow);
  last_slot_ = 0;
  if (std::exchange(key_is_due_, false) || rows_of_epoch_ == kRowsOfEpoch) {
    ++epoch_;
    rows_of_epoch_ = 0;
    batch_[kChecksumBytes] = kKeyRow;
  }
  ++rows_of_epoch_;
}

void Head::encode(Slot slot, const codec::RawSample& sample) {
  if (batch_.empty()) begin_batch();
  const std::size_t place = touch(slot);
  Coder& coder = coders_[index(slot)];
  codec::put_varint(codec::zigzag(static_cast<std::int64_t>(slot) - last_slot_ - 1), batch_);
  last_slot_ = static_cast<std::int64_t>(slot);
  const std::size_t begin = batch_.size();
  if (std::exchange(coder.epoch, epoch_) != epoch_) codec::restart(coder.state, batch_);
  codec::encode(sample, coder.state, batch_);
  add(place, sample, begin, batch_.size());
}

void Head::add(std::size_t place, const codec::RawSample& sample, std::size_t begin, std::size_t end) {
  Touched& touched = touched_[place];
  Coder& coder = coders_[index(touched.slot)];
  additions_.push_back({place, begin, end});
  if (sample.at <= coder.last_at) touched.ordered = false;
  coder.last_at = sample.at;
  if (const auto late = late_times_.find(touched.slot); late != late_times_.end()) late->second.insert(sample.at);
  if (sample.at < coder.newest_at) return;
  coder.newest_at = sample.at;
  touched.newest = {sample, std::string(sample.tags)};
  touched.newest->sample.tags = {};
}

std::string_view Head::batch() {
  const std::uint32_t sum = checksum(std::string_view(batch_).substr(kChecksumBytes));
  std::memcpy(batch_.data(), &sum, kChecksumBytes);
  return batch_;
}

void Head::append(std::string& code, std::string_view more) {
  constexpr std::size_t kLeastRoom = 48;
  // By a quarter, not twice: the head is most of what Oculus holds in memory.
  if (code.capacity() - code.size() < more.size())
    code.reserve(code.size() + more.size() + std::max(kLeastRoom, code.size() / 4));
  code.append(more);
}

void Head::publish(std::int64_t id) {
  const std::scoped_lock lock(mutex_);
  for (Touched& touched : touched_) {
    Held& held = held_[index(touched.slot)];
    touched.held_before = held.state;
    touched.bytes_before = held.code.size();
    if (held.code.empty()) ++series_;
  }
  for (const Addition& addition : additions_)
    append(held_[index(touched_[addition.touched].slot)].code,
           std::string_view(batch_).substr(addition.begin, addition.end - addition.begin));
  for (Touched& touched : touched_) {
    auto& [code, state] = held_[index(touched.slot)];
    std::shift_right(state.marks.begin(), state.marks.end(), 1);
    state.marks.front() = {id, static_cast<std::uint32_t>(code.size())};
    state.ordered = state.ordered && touched.ordered;
    if (touched.newest) state.newest = {std::move(*touched.newest), id, true};
  }
  span_.newest = id;
  samples_ += additions_.size();
  published_ = true;
}

void Head::settle() { clear_batch(); }

void Head::withdraw() {
  for (Touched& touched : touched_) {
    coders_[index(touched.slot)] = std::move(touched.coder_before);
    late_times_.erase(touched.slot);
  }
  if (published_) {
    const std::scoped_lock lock(mutex_);
    for (Touched& touched : touched_) {
      Held& held = held_[index(touched.slot)];
      held.code.resize(touched.bytes_before);
      if (held.code.empty()) --series_;
      held.state = std::move(touched.held_before);
    }
    samples_ -= additions_.size();
    // Nobody's snapshot holds the row; that the span names it still does no harm, for the next row takes its id.
  }
  key_is_due_ = true;  // the row that was to be one may not have come to be
  clear_batch();
}

void Head::clear_batch() {
  for (const Touched& touched : touched_) touched_index_[index(touched.slot)] = 0;
  touched_.clear();
  additions_.clear();
  batch_.clear();
  published_ = false;
}

bool Head::replay(std::int64_t id, std::string_view batch, const ChunksEnd& chunks_end) {
  key_is_due_ = true;  // whoever goes on writing starts afresh
  std::uint32_t sum = 0;
  bool whole = batch.size() >= kHeaderBytes;
  if (whole) {
    std::memcpy(&sum, batch.data(), kChecksumBytes);
    whole = sum == checksum(batch.substr(kChecksumBytes));
  }
  if (whole && batch[kChecksumBytes] == kKeyRow) skipping_ = false;
  skipping_ = skipping_ || !whole;
  if (!skipping_) {
    batch_ = batch;
    skipping_ = !take_samples(chunks_end);
    if (skipping_) withdraw();
  }
  publish(id);
  settle();
  return !skipping_;
}

bool Head::take_samples(const ChunksEnd& chunks_end) {
  std::string_view rest = std::string_view(batch_).substr(kHeaderBytes);
  std::int64_t number = 0;
  while (!rest.empty()) {
    constexpr std::int64_t kMostSlots = 1 << 24;  // no damage makes us reserve more
    std::uint64_t step = 0;
    if (!codec::take_varint(rest, step)) return false;
    number += 1 + codec::unzigzag(step);
    if (number < 1 || number > kMostSlots) return false;
    const Slot slot{static_cast<std::uint32_t>(number)};
    if (!knows(slot)) introduce(slot, chunks_end(slot));
    const std::size_t place = touch(slot);
    const std::size_t begin = batch_.size() - rest.size();
    codec::RawSample sample;
    if (!codec::decode(rest, coders_[index(slot)].state, sample)) return false;
    add(place, sample, begin, batch_.size() - rest.size());
  }
  return true;
}

void Head::cut() {
  const std::scoped_lock lock(mutex_);
  for (Held& held : held_) {
    std::string().swap(held.code);
    held.state.marks = {};
    held.state.ordered = true;
  }
  for (Coder& coder : coders_) {
    coder.last_at = kLeast;
  }
  key_is_due_ = true;  // the rows that the states stand on go
  span_.sealed = span_.newest;
  samples_ = series_ = 0;
  late_times_.clear();
}

void Head::restart(std::int64_t sealed) {
  const std::scoped_lock lock(mutex_);
  clear_batch();
  coders_.clear();
  touched_index_.clear();
  held_.clear();
  span_ = {sealed, sealed};
  samples_ = series_ = 0;
  late_times_.clear();
  skipping_ = false;
}

void Head::forget_newest(Slot slot) {
  const std::scoped_lock lock(mutex_);
  if (index(slot) < held_.size()) held_[index(slot)].state.newest = {};
}

bool Head::holds(Slot slot, std::int64_t at) {
  const auto [late, is_new] = late_times_.try_emplace(slot);
  if (is_new) {
    const auto gather = [&times = late->second](std::string_view code, codec::SampleState state) {
      codec::RawSample sample;
      while (codec::decode(code, state, sample)) times.insert(sample.at);
    };
    if (index(slot) < held_.size()) gather(held_[index(slot)].code, {});
    const std::size_t place = touched_index_[index(slot)];
    if (place != 0) {
      std::string of_batch;
      for (const Addition& addition : additions_)
        if (addition.touched + 1 == place) of_batch.append(batch_, addition.begin, addition.end - addition.begin);
      gather(of_batch, touched_[place - 1].coder_before.state);
    }
  }
  return late->second.contains(at);
}

bool Head::holds_any(Slot slot) const { return index(slot) < held_.size() && !held_[index(slot)].code.empty(); }

std::vector<Slot> Head::held() const {
  std::vector<Slot> slots;
  const std::shared_lock lock(mutex_);
  for (std::size_t i = 0; i < held_.size(); ++i)
    if (!held_[i].code.empty()) slots.push_back(Slot(static_cast<std::uint32_t>(i)));
  return slots;
}

JournalSpan Head::span() const {
  const std::shared_lock lock(mutex_);
  return span_;
}

bool Head::covers(JournalSpan snapshot) const {
  const std::shared_lock lock(mutex_);
  return span_.sealed <= snapshot.sealed && span_.newest >= snapshot.newest;
}

Head::Answer Head::read(Slot slot, JournalSpan snapshot, std::string& code, bool& ordered) const {
  code.clear();
  ordered = true;
  const std::shared_lock lock(mutex_);
  if (span_.sealed > snapshot.sealed || span_.newest < snapshot.newest) return Answer::beyond;
  // Sealed since this head was filled, and the head not cut yet: what it holds is in the chunks of the snapshot.
  if (snapshot.sealed >= span_.newest || index(slot) >= held_.size()) return Answer::exact;
  const Held& held = held_[index(slot)];
  for (const Mark& mark : held.state.marks) {
    if (mark.id > snapshot.newest) continue;  // came after the snapshot, or (id 0) never
    code.assign(held.code, 0, mark.bytes);
    ordered = held.state.ordered;
    return Answer::exact;
  }
  return Answer::beyond;  // more rows have come since than there are marks
}

Head::Answer Head::newest(Slot slot, JournalSpan snapshot, KeptSample& sample) const {
  const std::shared_lock lock(mutex_);
  if (index(slot) >= held_.size()) return Answer::beyond;
  const Newest& newest = held_[index(slot)].state.newest;
  if (!newest.known || newest.id > snapshot.newest || span_.newest < snapshot.newest) return Answer::beyond;
  sample = newest.kept;
  return Answer::exact;
}

}  // namespace oculus::store::sqlite
