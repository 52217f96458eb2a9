// A registry over a database in memory, with collectors that the test plays.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collect/fake_collector.hpp"
#include "collect/registry.hpp"
#include "eventually.hpp"
#include "net/loop.hpp"
#include "store/database.hpp"

namespace oculus::collect {

using namespace std::chrono_literals;

class RegistryTest : public testing::Test {
 protected:
  RegistryTest() {
    store::DatabaseSettings settings;
    settings.path = ":memory:";
    settings.writer.flush_interval = 1ms;
    database_ = std::move(*store::open_database(settings));
    open({});
  }

  void open(Registry::Settings settings) {
    settings.start_spread = 1ms;
    registry_.emplace(loop_, *database_.writer, std::move(settings));
  }

  std::shared_ptr<Script> start(const std::string& name, Enrolment enrolment = {},
                                std::function<Round(int)> answer = {}, std::vector<Series> series = {}) {
    auto script = std::make_shared<Script>();
    script->answer = std::move(answer);
    if (series.empty()) series = {fake_series(name)};
    start(name, std::make_unique<FakeCollector>(script, series), std::move(enrolment));
    return script;
  }
  void start(const std::string& name, std::unique_ptr<Collector> collector, Enrolment enrolment = {}) {
    enrolment.type = "fake";
    enrolment.name = name;
    const auto started = registry_->start(std::move(enrolment), std::move(collector));
    EXPECT_TRUE(started) << started.error().text();
  }
  std::vector<store::MetricRow> samples(const std::string& name) {
    EXPECT_TRUE(database_.writer->flush());
    return database_.readers
        ->ask([&](store::Reader& reader) {
          store::MetricFilter filter;
          filter.name = name;
          filter.order = store::Order::oldest_first;
          return reader.metrics(filter);
        })
        ->items;
  }
  std::vector<Event> whole_events() {
    EXPECT_TRUE(database_.writer->flush());
    store::EventFilter filter;
    filter.order = store::Order::oldest_first;
    const auto page = database_.readers->ask([&](store::Reader& reader) { return reader.events(filter); });
    std::vector<Event> events;
    for (const auto& row : page->items) events.push_back(row.event);
    return events;
  }
  std::vector<std::string> events() {
    std::vector<std::string> messages;
    for (const Event& event : whole_events()) messages.push_back(event.message);
    return messages;
  }
  static Enrolment named(const std::string& name) {
    Enrolment enrolment;
    enrolment.type = "fake";
    enrolment.name = name;
    return enrolment;
  }
  static Enrolment each_second() {
    Enrolment enrolment;
    enrolment.schedule = *Schedule::every(1s);
    return enrolment;
  }

  store::Database database_;
  net::Loop loop_{"test-loop"};
  std::optional<Registry> registry_;
};

}  // namespace oculus::collect
