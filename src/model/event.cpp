#include "model/event.hpp"

#include <array>

namespace oculus {
namespace {

constexpr std::array<std::string_view, 5> kSeverities = {"debug", "info", "warn", "error", "critical"};
constexpr std::array<std::string_view, 4> kKinds = {"alert", "error", "system", "audit"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Severity severity) noexcept { return kSeverities[static_cast<std::size_t>(severity)]; }
std::string_view to_string(EventKind kind) noexcept { return kKinds[static_cast<std::size_t>(kind)]; }
std::optional<Severity> severity_from(std::string_view text) noexcept { return find<Severity>(kSeverities, text); }
std::optional<EventKind> event_kind_from(std::string_view text) noexcept { return find<EventKind>(kKinds, text); }

}  // namespace oculus
