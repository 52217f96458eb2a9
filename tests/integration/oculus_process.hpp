// The real program, serving: started in a directory on a port that the kernel chooses, and asked over HTTP.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integration/http_client.hpp"
#include "integration/process.hpp"
#include "integration/temp_dir.hpp"

namespace oculus::integration {

/// For tests that ask more often than a stranger may.
inline constexpr std::string_view kNoRateLimit = "server: { rate_limit: off }\n";

/// `oculus WORDS…` in `dir`, to its end.
Ended run_oculus(const TempDir& dir, std::vector<std::string> words);

class OculusProcess {
 public:
  /// `oculus serve WORDS… --server-port 0`, once it listens. oculus.yaml is taken from `dir` where it stands there.
  explicit OculusProcess(const TempDir& dir, std::vector<std::string> words = {});

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] Process& process() noexcept { return process_; }
  /// SIGTERM, and the exit status.
  std::optional<int> stop();

  [[nodiscard]] HttpAnswer get(std::string_view path, std::vector<std::string> headers = {}) const;
  [[nodiscard]] HttpAnswer send(std::string method, std::string_view path, std::string_view json) const;
  /// The `items` of a list; none where the answer is no list.
  [[nodiscard]] boost::json::array items(std::string_view path) const;
  /// Samples of one symbol, newest first.
  [[nodiscard]] boost::json::array samples(std::string_view symbol) const;
  [[nodiscard]] boost::json::object latest(std::string_view symbol) const;
  /// The newest sample of `symbol` failed for `reason`.
  [[nodiscard]] bool failed_with(std::string_view symbol, std::string_view reason) const;
  [[nodiscard]] bool has_value(std::string_view symbol) const;
  /// How many events say `words`.
  [[nodiscard]] std::size_t events_saying(std::string_view words) const;

 private:
  Process process_;
  std::string url_;
};

}  // namespace oculus::integration
