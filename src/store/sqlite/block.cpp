#include "store/sqlite/block.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace oculus::store::sqlite {
namespace {

// Tags repeat from sample to sample, so the last of the dictionary is looked at first.
std::uint32_t index_of(std::string_view tags, codec::Frame& frame) {
  auto& dictionary = frame.dictionary;
  if (dictionary.empty()) dictionary.emplace_back();
  if (tags.empty()) return 0;
  for (std::size_t i = dictionary.size(); i-- > 1;)
    if (dictionary[i] == tags) return static_cast<std::uint32_t>(i);
  dictionary.emplace_back(tags);
  return static_cast<std::uint32_t>(dictionary.size() - 1);
}

}  // namespace

void Block::clear() noexcept {
  frame.clear();
  values.clear();
}

void Block::append(const codec::RawSample& sample) {
  frame.at.push_back(sample.at);
  frame.success.push_back(sample.success ? 1 : 0);
  frame.took.push_back(sample.took);
  frame.tags.push_back(index_of(sample.tags, frame));
  values.value.push_back(sample.value);
  values.present.push_back(sample.present ? 1 : 0);
}

bool Block::append_coded(std::string_view code) {
  codec::SampleState state;
  codec::RawSample sample;
  while (!code.empty()) {
    if (!codec::decode(code, state, sample)) return false;
    append(sample);
  }
  return true;
}

codec::RawSample Block::operator[](std::size_t index) const {
  return {frame.at[index],
          values.value[index],
          values.present[index] != 0,
          frame.success[index] != 0,
          frame.took[index],
          frame.tags[index] == 0 ? std::string_view() : std::string_view(frame.dictionary[frame.tags[index]])};
}

void Block::append(const Block& other, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) append(other[i]);
}

std::size_t Block::lower(std::int64_t at) const noexcept {
  return static_cast<std::size_t>(std::lower_bound(frame.at.begin(), frame.at.end(), at) - frame.at.begin());
}

std::size_t Block::upper(std::int64_t at) const noexcept {
  return static_cast<std::size_t>(std::upper_bound(frame.at.begin(), frame.at.end(), at) - frame.at.begin());
}

void put_in_order(Block& block) {
  const auto& at = block.frame.at;
  if (std::adjacent_find(at.begin(), at.end(), std::greater_equal<>()) == at.end()) return;
  std::vector<std::size_t> order(block.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return at[a] < at[b]; });
  Block sorted;
  for (std::size_t i = 0; i < order.size(); ++i)
    if (i + 1 == order.size() || at[order[i]] != at[order[i + 1]]) sorted.append(block[order[i]]);
  block = std::move(sorted);
}

Block merge(const Block& under, const Block& over, std::size_t begin, std::size_t end) {
  Block merged;
  std::size_t i = 0;
  for (std::size_t k = begin; k < end; ++k) {
    const std::size_t next = under.lower(over.frame.at[k]);
    merged.append(under, i, next);
    i = next < under.size() && under.frame.at[next] == over.frame.at[k] ? next + 1 : next;
    merged.append(over[k]);
  }
  merged.append(under, i, under.size());
  return merged;
}

}  // namespace oculus::store::sqlite
