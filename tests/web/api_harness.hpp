// A database in memory, a router with the API, and a way to call it as a client would, without sockets.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "store/database.hpp"
#include "web/router.hpp"
#include "web/target.hpp"

namespace oculus::web::api {

using namespace std::chrono_literals;

constexpr TimePoint kNoon = std::chrono::sys_days(std::chrono::year(2026) / 1 / 31) + 12h;

inline Series series_named(const std::string& category, const std::string& name, const std::string& symbol) {
  Series series;
  series.category = category;
  series.name = name;
  series.target = name + ".example.com";
  series.unit = "ms";
  series.tags.set("env", "test");
  series.interval = 30s;
  if (!symbol.empty()) series.symbol = *Symbol::parse(symbol);
  return series;
}

class ApiTest : public testing::Test {
 protected:
  explicit ApiTest(store::DatabaseSettings settings = in_memory()) : database(*store::open_database(settings)) {}

  static store::DatabaseSettings in_memory() {
    store::DatabaseSettings settings;
    settings.path = ":memory:";
    return settings;
  }

  /// Runs the loop until the handler has answered. `target` as on the request line.
  Response call(std::string method, std::string_view target, std::string body = {}) {
    const auto parsed = parse_target(target);
    if (!parsed) throw std::invalid_argument(std::string(target));
    const Router::Match match = router.find(method, parsed->raw_path);
    if (match.handler == nullptr) return Response::problem(match.allowed.empty() ? 404 : 405, "no route");
    Request request;
    request.method = std::move(method);
    request.path = parsed->path;
    request.query = parsed->query;
    request.path_values = match.path_values;
    request.body = std::move(body);
    request.peer = "192.0.2.7";
    return run((*match.handler)(std::move(request)));
  }
  Response get(std::string_view target) { return call("GET", target); }

  template <class T>
  T run(boost::asio::awaitable<T> work) {
    std::optional<T> result;
    boost::asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& failure, T value) {
      if (failure) std::rethrow_exception(failure);
      result = std::move(value);
    });
    loop.restart();
    loop.run_for(60s);
    if (!result) throw std::runtime_error("nothing came within a minute");
    return std::move(*result);
  }

  /// The body, which must be JSON.
  static boost::json::value json(const Response& answer) { return boost::json::parse(answer.body); }

  void declare(const Series& series) { ASSERT_TRUE(database.writer->try_send(store::UpsertSeries{series})); }
  void insert(Sample sample) { ASSERT_TRUE(database.writer->try_send(store::InsertValue{std::move(sample)})); }
  void flush() { ASSERT_TRUE(database.writer->flush()); }

  boost::asio::io_context loop;  // outlives the threads that answer to it
  store::Database database;
  Router router;
};

}  // namespace oculus::web::api
