// Tells when the configuration on disk has changed and has come to rest. Owns an inotify descriptor; one thread, the
// owner's.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace oculus::config {

/// Watches the directories of files and of the files of a directory, so that a file that is renamed over another,
/// made, removed, or reached through a link is seen as well. Open it before the files are read: what changes in between
/// is then not missed.
class FileWatch {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kQuiet{500};

  /// None needs to exist yet; an empty directory is none.
  static Result<FileWatch> open(std::vector<std::string> files, std::string directory);
  FileWatch(FileWatch&& other) noexcept;
  FileWatch& operator=(FileWatch&& other) noexcept;
  ~FileWatch();

  /// Readable when something happened; then call changed().
  [[nodiscard]] int fd() const noexcept { return descriptor_; }

  /// Takes what the kernel has to tell. True once for each change, when half a second was quiet after it; until then
  /// `due()` says when to ask again.
  bool changed(Clock::time_point now = Clock::now());
  [[nodiscard]] std::optional<Clock::time_point> due() const noexcept { return due_; }

 private:
  /// What a person could have changed: identity, size and time of each file.
  using Fingerprint = std::map<std::string, std::string>;

  FileWatch(int descriptor, std::vector<std::string> files, std::string directory);
  void watch_directories();
  [[nodiscard]] bool drain() const;
  [[nodiscard]] Fingerprint look() const;

  int descriptor_;
  std::vector<std::string> files_;
  std::string directory_;
  Fingerprint seen_;
  std::optional<Clock::time_point> due_;
};

}  // namespace oculus::config
