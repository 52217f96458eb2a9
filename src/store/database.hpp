// A database as the rest of Oculus sees it: the writer, the readers, the sandbox. Built by open_database; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "store/reader.hpp"
#include "store/store_writer.hpp"

namespace oculus::store {

/// When what has come in goes into chunks (docs/storage.md). The defaults are for use; tests want it sooner.
struct SealLimits {
  std::size_t samples_of_series = 512;  // on the average of the series that have any, but of all of them
  std::size_t least_samples = 4096;     // at least so many,
  std::size_t most_samples = 1U << 19;  // and at most: they are read again at each start
  std::chrono::microseconds longest = std::chrono::hours(2);
};

struct DatabaseSettings {
  std::string path = "data/oculus.db";  // or `:memory:`
  enum class Mode { read_write_create, read_write, read_only } mode = Mode::read_write_create;
  bool full_synchronous = false;  // `database.synchronous: full`: commits survive a power cut
  std::size_t reader_threads = 2;
  std::size_t sql_threads = 2;
  WriterSettings writer;
  SealLimits seal;
};

/// Members in the order of life: the writer closes the file last and leaves no log beside it.
struct Database {
  std::unique_ptr<StoreWriter> writer;  // null when opened read only
  std::unique_ptr<ReaderPool> readers;
  std::unique_ptr<SqlPool> sql;
};

/// Opens (creates, migrates) the database. Migration: it is of a newer version, or not ours. Database: it cannot be
/// opened at all. A database that is merely locked, or whose disk is full, opens: the writer keeps trying and says so
/// in trouble().
Result<Database> open_database(const DatabaseSettings& settings);

/// The relations that people's SQL may read, as they are declared (`oculus query .schema`).
std::string_view public_schema() noexcept;

}  // namespace oculus::store
