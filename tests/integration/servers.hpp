// Well-behaved targets: nginx and redis as a distribution ships them, on free ports, ended by their process id.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "integration/process.hpp"
#include "integration/temp_dir.hpp"

namespace oculus::integration {

/// nginx on one port over HTTP and on one over TLS with HTTP/2, its certificate for 127.0.0.1 and localhost signed by a
/// CA of its own. `/` answers `hello`, `/teapot` 418, `/moved` leads to `/`.
class Nginx {
 public:
  Nginx();

  [[nodiscard]] std::string http() const;   // URL without path
  [[nodiscard]] std::string https() const;  // URL without path
  [[nodiscard]] std::string ca_file() const { return dir_.file("ca.pem"); }
  void stop();
  void start();

 private:
  TempDir dir_;
  std::uint16_t http_port_, https_port_;
  std::unique_ptr<Process> process_;
};

class Redis {
 public:
  Redis();
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  TempDir dir_;
  std::uint16_t port_;
  Process process_;
};

}  // namespace oculus::integration
