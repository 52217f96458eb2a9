#include "model/series.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace oculus {

std::string Series::identity() const {
  std::string text = fmt::format("{}|{}|{}|", category, name, target);
  for (const auto& [key, value] : tags) text += fmt::format("{}={},", key, value);
  if (!tags.empty()) text.pop_back();
  return text;
}

SeriesId Series::id() const {
  const std::string text = identity();
  return SeriesId(XXH64(text.data(), text.size(), 0));
}

}  // namespace oculus
