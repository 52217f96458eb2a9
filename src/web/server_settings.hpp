// The key `server` of the configuration. Plain values; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "web/rate_limit.hpp"

namespace oculus::web {

struct ServerSettings {
  std::string bind = "127.0.0.1";                     // an address, or `localhost`
  std::uint16_t port = 8080;                          // 0: the kernel chooses
  std::string token;                                  // empty: none
  bool auth_none = false;                             // `auth: none` written out
  std::vector<std::string> hosts;                     // further names under which it is reached, `name` or `name:port`
  std::vector<std::string> cors;                      // origins, such as `https://dash.example.com`
  std::optional<RateLimit> rate_limit = RateLimit{};  // empty: `off`
  std::chrono::microseconds head_timeout = std::chrono::seconds(10);  // for a whole head, and before a slow body counts
  std::chrono::microseconds idle_timeout = std::chrono::seconds(60);  // between two requests of a connection
  std::chrono::microseconds write_timeout = std::chrono::seconds(60);  // without a byte of an answer taken
  std::size_t body_limit = 8U << 20U;                                  // bytes
  std::size_t max_connections = 1000;
};

}  // namespace oculus::web
