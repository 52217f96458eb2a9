// Where the examples of one document run: a directory with `oculus` in its path and, when one is needed, a server.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "integration/oculus_process.hpp"

namespace oculus::docs {

class Sandbox {
 public:
  Sandbox();

  [[nodiscard]] const integration::TempDir& dir() const noexcept { return dir_; }
  /// A line for the shell, to its end. http://127.0.0.1:8080 in it is the server, which runs from the first command on
  /// that needs one.
  integration::Ended run(std::string command);

 private:
  void start_server();

  const integration::TempDir dir_;
  std::optional<integration::OculusProcess> server_;
};

}  // namespace oculus::docs
