// What is measured: the identity of a series and what describes it. Plain values; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "model/symbol.hpp"
#include "model/tags.hpp"

namespace oculus {

enum class SeriesId : std::uint64_t {};  // a hash; no row number or count slips in

/// As SQL and JSON show it: signed, decimal.
inline std::int64_t to_signed(SeriesId id) noexcept { return static_cast<std::int64_t>(id); }
inline SeriesId series_id_from(std::int64_t value) noexcept { return SeriesId(static_cast<std::uint64_t>(value)); }

struct Series {
  std::string category;  // `network.http`
  std::string name;      // the collector's name
  std::string target;    // what is measured: a URL, `host:port`
  Tags tags;             // static ones; part of the identity
  std::optional<Symbol> symbol;
  std::string unit;
  std::string description;
  std::optional<std::chrono::milliseconds> interval;  // empty: not scheduled by an interval

  /// `category|name|target|k1=v1,k2=v2`, tags sorted by key.
  [[nodiscard]] std::string identity() const;
  /// xxHash64 of the identity, seed 0.
  [[nodiscard]] SeriesId id() const;
};

}  // namespace oculus
