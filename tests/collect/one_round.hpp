// Runs rounds of a collector on a loop, as the registry does, and waits for their answers.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "collect/collector.hpp"
#include "net/loop.hpp"

namespace oculus::collect {

/// Begins a round on the loop's thread.
inline std::future<Round> begin_round(net::Loop& loop, Collector& collector, Deadline deadline) {
  auto answer = std::make_shared<std::promise<Round>>();
  auto round = answer->get_future();
  loop.post([&collector, deadline, answer] {
    collector.collect(deadline, [answer](Round done) { answer->set_value(std::move(done)); });
  });
  return round;
}

/// One round with ten seconds, or as given.
inline Round one_round(net::Loop& loop, Collector& collector,
                       std::chrono::milliseconds limit = std::chrono::seconds(10)) {
  auto round = begin_round(loop, collector, Clock::now() + limit);
  if (round.wait_for(limit + std::chrono::seconds(30)) != std::future_status::ready)
    return Round::failed("test", "never done");
  return round.get();
}

}  // namespace oculus::collect
