// A database in a folder of its own, which goes with the test.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "eventually.hpp"
#include "store/database.hpp"
#include "store/heard.hpp"

namespace oculus::store {

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "oculus-store-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name = "oculus.db") const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline DatabaseSettings settings_for(std::string path) {
  DatabaseSettings settings;
  settings.path = std::move(path);
  settings.writer.flush_interval = std::chrono::hours(1);  // the tests flush
  return settings;
}

inline Series series(std::string name, std::string target = "example.com", std::string symbol = {}) {
  Series made{"network.http", std::move(name), std::move(target), {}, {}, "ms", "latency", std::chrono::seconds(30)};
  if (!symbol.empty()) made.symbol = *Symbol::parse(symbol);
  return made;
}

inline Sample sample(SeriesId id, std::int64_t at_us, std::optional<double> value = 1.0) {
  return {id, from_us(at_us), value, value.has_value(), {}, {}};
}

/// Sends and asserts; commits what came before.
class Session {
 public:
  explicit Session(const DatabaseSettings& settings) {
    auto opened = open_database(settings);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().text());
    if (opened) database_ = std::move(*opened);
  }
  explicit Session(std::string path) : Session(settings_for(std::move(path))) {}

  void put(Command command) {
    const Heard accepted;
    writer().send(std::move(command), accepted.answer());
    ASSERT_TRUE(accepted.wait());
  }
  void declare(const Series& what) { put(UpsertSeries{what}); }
  void add(SeriesId id, std::int64_t at_us, std::optional<double> value = 1.0) {
    put(InsertValue{sample(id, at_us, value)});
  }
  void flush() { ASSERT_TRUE(writer().flush()); }

  template <class Work>
  auto read(Work work) {
    return database_.readers->ask(std::move(work));
  }
  std::vector<MetricRow> metrics(const MetricFilter& filter = {.limit = 100'000}) {
    auto page = read([&](Reader& reader) { return reader.metrics(filter); });
    EXPECT_TRUE(page) << (page ? "" : page.error().text());
    return page ? std::move(page->items) : std::vector<MetricRow>();
  }
  std::vector<EventRow> events(const EventFilter& filter = {}) {
    auto page = read([&](Reader& reader) { return reader.events(filter); });
    EXPECT_TRUE(page) << (page ? "" : page.error().text());
    return page ? std::move(page->items) : std::vector<EventRow>();
  }
  Result<SqlTable> sql(std::string text, std::vector<Cell> parameters = {}) {
    return sql(SqlQuery{.text = std::move(text), .parameters = std::move(parameters)});
  }
  Result<SqlTable> sql(const SqlQuery& query) {
    const Deadline deadline = Clock::now() + query.time_limit;
    return database_.sql->ask([&](SqlReader& reader) { return reader.run(query, deadline); });
  }
  [[nodiscard]] StoreWriter& writer() { return *database_.writer; }
  [[nodiscard]] Database& database() { return database_; }

 private:
  Database database_;
};

}  // namespace oculus::store
