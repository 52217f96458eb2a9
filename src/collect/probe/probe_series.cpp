#include "collect/probe/probe_series.hpp"

#include <fmt/format.h>

namespace oculus::collect {

Series probe_series(std::string_view category, std::string_view prefix, const std::string& name,
                    const std::string& target, const std::string& field, const std::string& unit) {
  Series series;
  series.category = std::string(category);
  series.name = name;
  series.target = target;
  series.tags.set("field", field);
  if (auto symbol = Symbol::from(fmt::format("{}.{}.{}", prefix, symbol_part(name), field)))
    series.symbol = std::move(*symbol);
  series.unit = unit;
  return series;
}

}  // namespace oculus::collect
