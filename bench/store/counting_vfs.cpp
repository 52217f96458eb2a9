#include "store/counting_vfs.hpp"

#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <new>
#include <string_view>

#include "measure/require.hpp"

namespace oculus::bench {
namespace {

struct Counts {
  std::atomic<std::uint64_t> log{0}, database{0}, other{0}, syncs{0};
};

// Entries stay where they are: open files point into them.
std::mutex mutex;
std::map<std::string, Counts> counts_by_path;
sqlite3_vfs* below = nullptr;

Counts& counts_of(std::string_view name) {
  for (const std::string_view suffix : {"-wal", "-journal"})
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  const std::scoped_lock lock(mutex);
  return counts_by_path[std::string(name)];
}

// SQLite gives us szOsFile bytes: ours, and behind them those of the layer below.
struct File : sqlite3_file {
  Counts* counts;
  std::atomic<std::uint64_t>* written;

  sqlite3_file* real() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File& ours(sqlite3_file* file) { return *static_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return ours(file).real(); }
const sqlite3_io_methods& methods(sqlite3_file* file) { return *real(file)->pMethods; }

constexpr sqlite3_io_methods kMethods = {
    3,
    [](sqlite3_file* f) { return methods(f).xClose(real(f)); },
    [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) { return methods(f).xRead(real(f), to, size, at); },
    [](sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
      *ours(f).written += static_cast<std::uint64_t>(size);
      return methods(f).xWrite(real(f), from, size, at);
    },
    [](sqlite3_file* f, sqlite3_int64 size) { return methods(f).xTruncate(real(f), size); },
    [](sqlite3_file* f, int flags) {
      ++ours(f).counts->syncs;
      return methods(f).xSync(real(f), flags);
    },
    [](sqlite3_file* f, sqlite3_int64* size) { return methods(f).xFileSize(real(f), size); },
    [](sqlite3_file* f, int level) { return methods(f).xLock(real(f), level); },
    [](sqlite3_file* f, int level) { return methods(f).xUnlock(real(f), level); },
    [](sqlite3_file* f, int* reserved) { return methods(f).xCheckReservedLock(real(f), reserved); },
    [](sqlite3_file* f, int what, void* data) { return methods(f).xFileControl(real(f), what, data); },
    [](sqlite3_file* f) { return methods(f).xSectorSize(real(f)); },
    [](sqlite3_file* f) { return methods(f).xDeviceCharacteristics(real(f)); },
    [](sqlite3_file* f, int region, int size, int extend, void volatile** to) {
      return methods(f).xShmMap(real(f), region, size, extend, to);
    },
    [](sqlite3_file* f, int offset, int count, int flags) {
      return methods(f).xShmLock(real(f), offset, count, flags);
    },
    [](sqlite3_file* f) { methods(f).xShmBarrier(real(f)); },
    [](sqlite3_file* f, int remove) { return methods(f).xShmUnmap(real(f), remove); },
    [](sqlite3_file* f, sqlite3_int64 at, int size, void** to) { return methods(f).xFetch(real(f), at, size, to); },
    [](sqlite3_file* f, sqlite3_int64 at, void* page) { return methods(f).xUnfetch(real(f), at, page); },
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* place, int flags, int* out_flags) {
  File* const file = new (static_cast<void*>(place)) File{};
  const int code = below->xOpen(below, name, file->real(), flags, out_flags);
  if (file->real()->pMethods == nullptr) return code;  // not to be closed
  file->pMethods = &kMethods;
  file->counts = &counts_of(name == nullptr ? "" : name);
  file->written = (flags & SQLITE_OPEN_WAL) != 0       ? &file->counts->log
                  : (flags & SQLITE_OPEN_MAIN_DB) != 0 ? &file->counts->database
                                                       : &file->counts->other;
  return code;
}

}  // namespace

void count_what_sqlite_writes() {
  if (below != nullptr) return;
  below = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs layer = *below;  // what is not about an open file goes below with the layer's own data
  layer.zName = "counting";
  layer.pNext = nullptr;
  layer.szOsFile = static_cast<int>(sizeof(File)) + below->szOsFile;
  layer.xOpen = open_file;
  if (sqlite3_vfs_register(&layer, 1) != SQLITE_OK) give_up("SQLite does not take the counting layer");
}

Handed handed_over(const std::string& path) {
  const Counts& counts = counts_of(std::filesystem::absolute(path).lexically_normal().string());
  return {counts.log, counts.database, counts.other, counts.syncs};
}

}  // namespace oculus::bench
