// Who has logged in on the page, in memory: a restart ends every session. The main loop thread.
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/time.hpp"

namespace oculus::web {

/// The cookie holds 256 random bits that mean nothing elsewhere; the token itself never leaves the server.
class Sessions {
 public:
  static constexpr auto kLifetime = std::chrono::hours(24 * 30);

  explicit Sessions(std::size_t most = 10'000) : most_(most) {}

  /// A new session's id. The oldest session ends when there are too many.
  [[nodiscard]] std::string open(Clock::time_point now);
  [[nodiscard]] bool knows(std::string_view id, Clock::time_point now) const;
  void close(std::string_view id);

 private:
  std::size_t most_;
  std::deque<std::string> by_age_;  // closed ones stay until their turn comes
  std::unordered_map<std::string, Clock::time_point> ends_;
};

/// Takes equally long for every candidate, so that its time says nothing about `secret`, not even the length.
[[nodiscard]] bool same_secret(std::string_view candidate, std::string_view secret);

}  // namespace oculus::web
