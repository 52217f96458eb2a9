// Watches Oculus itself: queue, commits, database, memory and the lag of the main loop, as `oculus.*`. Probe loop
// thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "collect/collector.hpp"
#include "collect/registry.hpp"
#include "store/database.hpp"

namespace oculus::app {

/// How it is enrolled: type `self`, name `oculus`.
collect::Enrolment self_enrolment(std::chrono::microseconds interval);

/// All but the last outlive it. A round waits for the main loop and for a reader; neither is blamed on the other.
std::unique_ptr<collect::Collector> make_self_collector(const store::StoreWriter& writer, store::ReaderPool& readers,
                                                        boost::asio::io_context& main_loop,
                                                        std::chrono::microseconds interval);

}  // namespace oculus::app
