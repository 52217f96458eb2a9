// The pages on a database in memory, asked without a network.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "web/page/page.hpp"

namespace oculus::web {

class PageBench {
 public:
  /// Without a database to read from: every question to it fails.
  enum class Database { empty, broken };
  explicit PageBench(Database kind = Database::empty);
  ~PageBench();

  /// A collector that has measured; `values` are the newest last, one each ten seconds, an empty one failed.
  void measure(const Series& series, const std::vector<std::optional<double>>& values);
  void add(Sample sample);
  void say(Event event);
  void settle();  // everything is committed

  /// `target` is a path with its query, percent-encoded where need be.
  Response get(std::string_view target);

  /// What a person could not see from the status code: balanced tags, no address of another host.
  static void expect_sound(const Response& answer);

  std::vector<collect::CollectorView> collectors;
  Router router;

 private:
  std::unique_ptr<store::StoreWriter> no_writer_;
  store::Database database_;
  boost::asio::io_context loop_;
  std::unique_ptr<Page> page_;
};

Series series_of(std::string category, std::string name, std::string target, std::string field, std::string symbol,
                 std::string unit);
collect::CollectorView collector_of(const std::string& type, const std::string& name, const std::string& category,
                                    std::optional<bool> success);

}  // namespace oculus::web
