// Something that happened and that people may want to read about later. Plain values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/time.hpp"

namespace oculus {

enum class Severity { debug, info, warn, error, critical };
enum class EventKind { alert, error, system, audit };

std::string_view to_string(Severity severity) noexcept;
std::string_view to_string(EventKind kind) noexcept;
std::optional<Severity> severity_from(std::string_view text) noexcept;
std::optional<EventKind> event_kind_from(std::string_view text) noexcept;

struct Event {
  TimePoint at = now();
  std::string source =
      "system";  // `system`, `rule.engine`, `rule.<name>`, `collector.<category>`, `channel.<name>`, `api`
  EventKind kind = EventKind::system;
  Severity severity = Severity::info;
  std::string message;
  std::string payload = "{}";  // a JSON object
};

}  // namespace oculus
