// A collector made of an ordinary function that may block, for users of the library. Any thread may make one.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "collect/collector.hpp"

namespace oculus::net {
class Loop;
}

namespace oculus::collect {

/// `work` runs on one of two worker threads that all blocking collectors share, never on the loop. It should return by
/// its deadline: one that overruns has its round ended for it (reason `timeout`, its late answer is dropped) and holds
/// its thread until it returns, and the process waits for it at exit. What it throws becomes the reason `internal`.
/// Where it leaves `took` empty, the time of the call is taken.
std::unique_ptr<Collector> make_blocking(net::Loop& loop, std::vector<Series> series,
                                         std::function<Round(Deadline)> work);

}  // namespace oculus::collect
