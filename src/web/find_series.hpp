// The series that an address names. Any thread that owns a Reader.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "store/reader.hpp"

namespace oculus::web {

/// `name` is a symbol or a series_id. The current series, else the one that had the symbol last; nothing where there
/// never was one. `recent`: how many latest values come with it.
Result<std::optional<store::LatestRow>> find_series(store::Reader& reader, const std::string& name,
                                                    std::size_t recent = 0);

}  // namespace oculus::web
