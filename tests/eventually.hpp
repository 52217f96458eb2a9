// Waits for a condition with a generous deadline; a test never waits for a time.
#pragma once

#include <chrono>
#include <thread>

namespace oculus {

template <class Condition>
bool eventually(Condition condition, std::chrono::steady_clock::duration patience = std::chrono::seconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // only the pace of asking
  }
  return true;
}

}  // namespace oculus
