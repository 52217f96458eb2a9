// A database as the rest of Oculus sees it: the writer, the readers, the sandbox. Built by open_database; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "store/reader.hpp"
#include "store/store_writer.hpp"

namespace oculus::store {

struct DatabaseSettings {
  std::string path = "data/oculus.db";  // or `:memory:`
  enum class Mode { read_write_create, read_write, read_only } mode = Mode::read_write_create;
  bool full_synchronous = false;  // `database.synchronous: full`: commits survive a power cut
  std::size_t reader_threads = 2;
  std::size_t sql_threads = 2;
  WriterSettings writer;
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
