#include "collect/schedule.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include "collect/cron.hpp"
#include "model/duration.hpp"

namespace oculus::collect {

using namespace std::chrono;

Result<Schedule> Schedule::every(microseconds interval, Place at) {
  if (interval < kShortest || interval > kLongest)
    return invalid(fmt::format("interval {} is out of range", to_string(interval)), "1s to 30d", std::move(at));
  Schedule made;
  made.interval_ = interval;
  return made;
}

Result<Schedule> Schedule::cron(std::string_view expression, std::string_view zone, Place at, Place zone_at) {
  auto parsed = CronExpression::parse(expression, zone, std::move(at), std::move(zone_at));
  if (!parsed) return std::unexpected(parsed.error());
  Schedule made;
  made.interval_.reset();
  made.cron_ = std::make_shared<const CronExpression>(std::move(*parsed));
  return made;
}

TimePoint Schedule::next(TimePoint after, std::string_view name) const {
  if (cron_) return cron_->next(after);
  const std::uint64_t hash = XXH64(name.data(), name.size(), 0);
  const microseconds phase(static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(interval_->count())));
  auto turn = (after.time_since_epoch() - phase) / *interval_ - 1;  // truncates, so up to one too late before 1970
  for (;; ++turn) {
    // Scheduled samples are stamped in whole milliseconds; a slot between two would drift against its stamps.
    const TimePoint slot = floor<milliseconds>(TimePoint(phase + turn * *interval_));
    if (slot > after) return slot;
  }
}

std::string Schedule::text() const { return cron_ ? cron_->text() : to_string(*interval_); }

}  // namespace oculus::collect
