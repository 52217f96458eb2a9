// One thread with an event loop. The probe loop and tests make one; the main loop of the program runs on the main
// thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace oculus::net {

/// Starts its thread at construction. Only `post` may be called from elsewhere. The executor is in loop_asio.hpp, so
/// that this header shows no type of Boost.
class Loop {
 public:
  explicit Loop(std::string thread_name);
  ~Loop();  // stops and joins; handlers that have not run are destroyed
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs `work` on the loop's thread, soon. Any thread.
  void post(std::function<void()> work);

  /// Lets no further work begin and joins the thread. Idempotent; not from the loop's own thread.
  void stop();

  struct Impl;
  [[nodiscard]] Impl& impl() noexcept { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace oculus::net
