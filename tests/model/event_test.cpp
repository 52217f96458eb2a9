#include "model/event.hpp"

#include <gtest/gtest.h>

namespace oculus {
namespace {

TEST(Event, NamesAreThoseOfTheColumns) {
  const std::pair<Severity, std::string_view> severities[] = {{Severity::debug, "debug"},
                                                              {Severity::info, "info"},
                                                              {Severity::warn, "warn"},
                                                              {Severity::error, "error"},
                                                              {Severity::critical, "critical"}};
  for (const auto& [severity, name] : severities) {
    EXPECT_EQ(to_string(severity), name);
    EXPECT_EQ(severity_from(name), severity);
  }
  const std::pair<EventKind, std::string_view> kinds[] = {{EventKind::alert, "alert"},
                                                          {EventKind::error, "error"},
                                                          {EventKind::system, "system"},
                                                          {EventKind::audit, "audit"}};
  for (const auto& [kind, name] : kinds) {
    EXPECT_EQ(to_string(kind), name);
    EXPECT_EQ(event_kind_from(name), kind);
  }
}

TEST(Event, UnknownNamesAreNobody) {
  for (const std::string_view text : {"", "Info", "warning", "warn ", "alert"})
    EXPECT_FALSE(severity_from(text)) << text;
  for (const std::string_view text : {"", "Alert", "warn"}) EXPECT_FALSE(event_kind_from(text)) << text;
}

TEST(Event, SeveritiesRise) {
  EXPECT_LT(Severity::debug, Severity::info);
  EXPECT_LT(Severity::info, Severity::warn);
  EXPECT_LT(Severity::warn, Severity::error);
  EXPECT_LT(Severity::error, Severity::critical);
}

TEST(Event, IsOfTheSystemAndOfNowUnlessTold) {
  const TimePoint before = now();
  const Event event;
  EXPECT_GE(event.at, before);
  EXPECT_EQ(event.source, "system");
  EXPECT_EQ(event.kind, EventKind::system);
  EXPECT_EQ(event.severity, Severity::info);
  EXPECT_EQ(event.payload, "{}");
}

}  // namespace
}  // namespace oculus
