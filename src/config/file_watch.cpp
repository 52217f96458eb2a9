#include "config/file_watch.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace oculus::config {
namespace {

namespace fs = std::filesystem;

/// Not IN_MODIFY: a file is taken when its writer has closed it, and a database that grows next to it wakes nobody.
constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

std::string parent_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? "." : parent.string();
}

/// "." and "a/" name directories without a name of their own.
fs::path without_slash(fs::path path) { return path.has_filename() ? path : path.parent_path(); }

std::string state_of(const std::string& path) {
  struct stat state{};
  if (::stat(path.c_str(), &state) != 0) return "none";
  return fmt::format("{}:{}:{}:{}.{}:{}.{}", state.st_dev, state.st_ino, state.st_size, state.st_mtim.tv_sec,
                     state.st_mtim.tv_nsec, state.st_ctim.tv_sec, state.st_ctim.tv_nsec);
}

}  // namespace

Result<FileWatch> FileWatch::open(std::vector<std::string> files, std::string directory) {
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0)
    return failure(ErrorKind::unavailable,
                   fmt::format("changed files cannot be watched: {}", std::system_category().message(errno)),
                   "raise fs.inotify.max_user_instances, or reload with SIGHUP");
  return FileWatch(descriptor, std::move(files), std::move(directory));
}

FileWatch::FileWatch(int descriptor, std::vector<std::string> files, std::string directory)
    : descriptor_(descriptor), files_(std::move(files)), directory_(std::move(directory)) {
  watch_directories();
  seen_ = look();
}

FileWatch::FileWatch(FileWatch&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      files_(std::move(other.files_)),
      directory_(std::move(other.directory_)),
      seen_(std::move(other.seen_)),
      due_(other.due_) {}

FileWatch& FileWatch::operator=(FileWatch&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(files_, other.files_);
  std::swap(directory_, other.directory_);
  std::swap(seen_, other.seen_);
  std::swap(due_, other.due_);
  return *this;
}

FileWatch::~FileWatch() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void FileWatch::watch_directories() {
  std::set<std::string> directories;
  std::error_code ignored;  // what does not exist is not watched; its parent tells when it appears
  for (const std::string& file : files_) {
    directories.insert(parent_of(file));
    if (const fs::path real = fs::canonical(file, ignored); !ignored) directories.insert(parent_of(real));
  }
  if (!directory_.empty()) {
    directories.insert(directory_);
    directories.insert(parent_of(without_slash(directory_)));
  }
  for (const std::string& directory : directories)
    ::inotify_add_watch(descriptor_, directory.c_str(), kEvents | IN_ONLYDIR);
}

bool FileWatch::drain() const {
  alignas(inotify_event) char events[4096];
  bool any = false;
  while (true) {
    const ssize_t count = ::read(descriptor_, events, sizeof events);
    if (count > 0)
      any = true;
    else if (count == 0 || errno != EINTR)
      return any;
  }
}

FileWatch::Fingerprint FileWatch::look() const {
  Fingerprint all;
  for (const std::string& file : files_) all[file] = state_of(file);
  if (directory_.empty()) return all;
  std::error_code error;
  for (fs::directory_iterator entry(directory_, error), end; !error && entry != end; entry.increment(error)) {
    const std::string path = entry->path().string();
    if (!entry->path().filename().string().starts_with('.')) all[path] = state_of(path);
  }
  all[directory_] = error ? "none" : "there";
  return all;
}

bool FileWatch::changed(Clock::time_point now) {
  if (drain()) {
    watch_directories();  // one of them may have been made again; those that are watched stay so
    if (Fingerprint present = look(); present != seen_) {
      seen_ = std::move(present);
      due_ = now + kQuiet;
      return false;
    }
  }
  if (!due_ || now < *due_) return false;
  due_.reset();
  return true;
}

}  // namespace oculus::config
