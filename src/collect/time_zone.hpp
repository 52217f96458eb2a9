// Where the clock on the wall stands against UTC, by IANA name and from the system's tzdata. Immutable; any thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/posix_rule.hpp"
#include "model/error.hpp"

namespace oculus::collect {

/// Reads TZif files (RFC 9636) itself, because the rule in their last line holds for all years to come: libraries over
/// the system's files tend to stop at their last listed change, in 2037. One zone is one small
/// file, read once while anybody uses it.
class TimeZone {
 public:
  /// A stretch of time over which the clock keeps one distance from UTC: `begin <= t < end`, local time is `t +
  /// offset`.
  struct Span {
    std::chrono::sys_seconds begin, end;
    std::chrono::seconds offset;
  };

  /// `Europe/Berlin`; empty and `UTC` need no files. NotFound with the nearest name for an unknown one, Unavailable
  /// without tzdata.
  static Result<std::shared_ptr<const TimeZone>> find(std::string_view name, Place at = {});

  [[nodiscard]] Span span_at(std::chrono::sys_seconds at) const;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  explicit TimeZone(std::string name) : name_(std::move(name)) {}
  static std::optional<TimeZone> read(std::string name, std::string_view file);

  std::string name_;
  std::chrono::seconds first_offset_{0};  // before the first change
  std::vector<OffsetChange> changes_;     // in order of time; each really changes the offset
  std::optional<PosixRule> rule_;         // after the last of them
};

}  // namespace oculus::collect
