// Counts every byte that SQLite hands to the operating system, exactly: a layer over SQLite's own file access, in front
// of all connections of the process. The index of the log is shared memory and not counted. Any thread.
#pragma once

#include <cstdint>
#include <string>

namespace oculus::bench {

struct Handed {
  std::uint64_t log = 0;       // the write-ahead log
  std::uint64_t database = 0;  // the file itself: checkpoints
  std::uint64_t other = 0;     // rollback journals, temporary files
  std::uint64_t syncs = 0;

  [[nodiscard]] std::uint64_t bytes() const noexcept { return log + database + other; }
};

/// Before the first connection is opened.
void count_what_sqlite_writes();

/// Since the start, for the database at `path` and the files beside it.
Handed handed_over(const std::string& path);

}  // namespace oculus::bench
