// Runs a coroutine on a loop and waits for its result.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <utility>

#include "net/loop_asio.hpp"

namespace oculus::net {

template <class T>
boost::asio::awaitable<void> keep_result(boost::asio::awaitable<T> work, std::optional<T>& result) {
  result.emplace(co_await std::move(work));
}

template <class T>
T run_on(Loop& loop, boost::asio::awaitable<T> work) {
  std::optional<T> result;
  auto ended = boost::asio::co_spawn(context(loop), keep_result(std::move(work), result), boost::asio::use_future);
  if (ended.wait_for(std::chrono::seconds(60)) != std::future_status::ready) std::abort();  // it never ended
  ended.get();
  return std::move(*result);
}

}  // namespace oculus::net
