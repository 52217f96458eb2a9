#include "config/config_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace oculus::config {
namespace {

namespace fs = std::filesystem;

class File {
 public:
  explicit File(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

/// At most one byte more than parse() takes, which then says that it is too long.
Result<std::string> read_whole(const std::string& path) {
  const auto failed = [&] {
    return invalid(fmt::format("{} cannot be read: {}", in_quotes(path), std::system_category().message(errno)),
                   "the path of a file that is there and can be read");
  };
  const File file(path);
  if (file.descriptor() < 0) return failed();
  std::string text;
  while (text.size() <= kLargestText) {
    char piece[65536];
    const ssize_t count = ::read(file.descriptor(), piece, sizeof piece);
    if (count == 0) break;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed();
    text.append(piece, static_cast<std::size_t>(count));
  }
  return text;
}

Syntax syntax_of(const fs::path& path) {
  if (path.extension() == ".toml") return Syntax::toml;
  return path.extension() == ".json" ? Syntax::json : Syntax::yaml;
}

bool belongs(const fs::path& path) {
  const fs::path ending = path.extension();
  return !path.filename().string().starts_with('.') && (ending == ".yaml" || ending == ".yml" || ending == ".toml");
}

}  // namespace

Node read_config_file(const std::string& path, const Place& named_at, const Environment& environment,
                      Problems& problems) {
  auto text = read_whole(path);
  if (!text) {
    text.error().place = named_at;
    problems.add(std::move(text.error()));
    return {};
  }
  return parse(*text, syntax_of(path), path, &environment, problems);
}

std::vector<Node> read_config_directory(const std::string& path, const Node& named, const Environment& environment,
                                        Problems& problems) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error))
    if (belongs(entry->path())) files.push_back(entry->path());
  if (error) {
    problems.add({ErrorKind::invalid,
                  fmt::format("the directory {} cannot be read: {}", describe(named), error.message()),
                  "a directory of configuration files, relative to this file", named.place});
    return {};
  }
  std::ranges::sort(files);
  std::vector<Node> all;
  for (const fs::path& file : files) all.push_back(read_config_file(file.string(), named.place, environment, problems));
  return all;
}

}  // namespace oculus::config
