#include "store/command.hpp"

#include <limits>

namespace oculus::store {
namespace {

struct Weight {
  std::size_t operator()(const InsertValues& wish) const noexcept { return wish.samples.size(); }
  std::size_t operator()(const CleanupValues&) const noexcept { return 0; }
  std::size_t operator()(const ApplyRetention&) const noexcept { return 0; }
  std::size_t operator()(const CleanupEvents&) const noexcept { return 0; }
  std::size_t operator()(const Flush&) const noexcept { return 0; }
  std::size_t operator()(const Shutdown&) const noexcept { return 0; }
  std::size_t operator()(const auto&) const noexcept { return 1; }
};

}  // namespace

std::chrono::microseconds CleanupValues::days(std::uint64_t retention_days) noexcept {
  constexpr std::chrono::microseconds kDay = std::chrono::days(1);
  if (retention_days > static_cast<std::uint64_t>(std::chrono::microseconds::max() / kDay))
    return std::chrono::microseconds::max();
  return kDay * static_cast<std::int64_t>(retention_days);
}

void tell(const Answer& answer, const Result<>& outcome) {
  if (answer) answer(outcome);
}

std::size_t weight(const Command& command) noexcept { return std::visit(Weight{}, command); }

}  // namespace oculus::store
