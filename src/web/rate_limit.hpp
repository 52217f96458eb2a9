// A token bucket for each client, in bounded memory. The main loop thread.
#pragma once

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/time.hpp"

namespace oculus::web {

struct RateLimit {
  double rate = 10;   // requests a second
  double burst = 20;  // requests at once
};

/// The bucket is kept as one number: the time at which it will be full again (the generic cell rate algorithm). Of more
/// than `clients`, the one that has been silent longest is forgotten.
class RateLimiter {
 public:
  explicit RateLimiter(RateLimit limit, std::size_t clients = 10'000);

  /// Takes one token. Where there is none, nothing is taken, and the answer is how long to wait for one.
  std::optional<Clock::duration> take(const std::string& client, Clock::time_point now);

  /// How long to wait for a token, without taking one.
  [[nodiscard]] std::optional<Clock::duration> wait(const std::string& client, Clock::time_point now) const;

 private:
  struct Bucket {
    std::string client;
    Clock::time_point full_at;
  };
  Clock::duration per_token_;
  Clock::duration depth_;  // how far `full_at` may lie ahead before a token is taken
  std::size_t clients_;
  std::list<Bucket> buckets_;  // the last one heard of first
  std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_client_;
};

/// One IPv4 address, or the 64-bit network of an IPv6 address: a single subscriber holds all the addresses in it.
[[nodiscard]] std::string client_of(std::string_view address);

}  // namespace oculus::web
