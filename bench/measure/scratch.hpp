// A folder of our own on the disk that is measured, gone afterwards. One thread.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "measure/require.hpp"

namespace oculus::bench {

class Scratch {
 public:
  explicit Scratch(const std::filesystem::path& parent) {
    std::string pattern = (parent / "oculus-bench.XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) give_up("cannot make a folder in " + parent.string());
    path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace oculus::bench
