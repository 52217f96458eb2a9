// Variables of the environment, and how `${NAME}` in a text is filled in. Plain values; any thread that does not call
// setenv.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oculus::config {

/// What `${NAME}` means; null when the variable is not set. The process environment in production, a map in tests.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual const char* find(const std::string& name) const = 0;
  /// False: `${NAME}` is plain text to whoever wrote it, and no mistake.
  [[nodiscard]] virtual bool expands(const std::string& /*name*/) const { return true; }
};
const Environment& process_environment();

/// What texts that come over the API may see of another environment: the names of `server.api_env`; all else stays
/// plain text.
class ListedEnvironment final : public Environment {
 public:
  ListedEnvironment(const Environment& all, std::vector<std::string> names) : all_(all), names_(std::move(names)) {}
  const char* find(const std::string& name) const override { return expands(name) ? all_.find(name) : nullptr; }
  [[nodiscard]] bool expands(const std::string& name) const override;

 private:
  const Environment& all_;  // outlives this
  std::vector<std::string> names_;
};

/// One `${…}` that cannot be filled in; `written` is a piece of the text, never a value.
struct ExpansionFault {
  std::string written;
  std::string what;
  std::string expected;
};

/// Fills in `${NAME}` and `${NAME:-default}` (the default also where the variable is empty); `$${` stands for `${`.
std::string expand(std::string_view text, const Environment& environment,
                   const std::function<void(ExpansionFault)>& fault);

}  // namespace oculus::config
