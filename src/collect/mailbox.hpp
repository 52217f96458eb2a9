// Lets answers from other threads onto a loop for as long as somebody is there to take them. Any thread.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "net/loop.hpp"

namespace oculus::collect {

/// Shared by all who may answer late: a collector may keep its `done` beyond the life of registry and loop.
class Mailbox {
 public:
  explicit Mailbox(net::Loop& loop) : loop_(&loop) {}

  void post(std::function<void()> work) {
    const std::scoped_lock lock(mutex_);
    if (loop_ != nullptr) loop_->post(std::move(work));
  }
  /// From now on what is posted is dropped.
  void close() {
    const std::scoped_lock lock(mutex_);
    loop_ = nullptr;
  }

 private:
  std::mutex mutex_;
  net::Loop* loop_;
};

}  // namespace oculus::collect
